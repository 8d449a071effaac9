import type { ServedConfig } from '../../harness/save-config.ts'
import { Scratch } from '../../harness/scratch.ts'
import { makeFiles, manyLuns } from '../many-luns.ts'
import { start } from '../start.ts'
import { type Cost, costOf, type Patience } from './cost.ts'

/** LUNs of one target. */
const LUNS_OF_TARGET = 50
/** What else goes on at the machine is not judged here. */
const START_TIMEOUT_MS = 120_000
const iqn = 'iqn.2026-11.io.lunkit.test:initiators'
const store = { plugin: 'ramdisk', name: 'disk0', sizeBytes: 2 ** 20 } as const

/**
 * What LUNs cost, each a file of its own, that nobody has logged in to since the last of them was read once.
 *
 * @param counts how many there are to be; one lunkitd after the other
 */
export const lunCosts = (counts: readonly number[], patience: Patience): AsyncGenerator<Cost> =>
  costs(counts, patience, async (luns, directory) => {
    await makeFiles(directory, luns)
    return manyLuns({ luns, targets: Math.ceil(luns / LUNS_OF_TARGET), directory })
  })

/**
 * What initiators cost that are let in to one target, each by an ACL of its own that maps a LUN, and that are not there.
 *
 * @param counts how many there are to be; one lunkitd after the other
 */
export const initiatorCosts = (counts: readonly number[], patience: Patience): AsyncGenerator<Cost> =>
  costs(counts, patience, async count => ({
    iqn,
    stores: [store],
    initiators: Array.from({ length: count }, (_, number) => `iqn.2026-11.io.lunkit.test:host${number}`),
  }))

async function* costs(
  counts: readonly number[],
  patience: Patience,
  served: (count: number, directory: string) => Promise<ServedConfig>,
): AsyncGenerator<Cost> {
  for (const count of counts) {
    await using cleanup = new AsyncDisposableStack()
    const scratch = cleanup.adopt(await Scratch.create('scale-cost'), each => each.remove())
    const { directory } = scratch
    const { daemon, readMs } = await start(await served(count, directory), directory, {
      startTimeoutMs: START_TIMEOUT_MS,
    })
    cleanup.defer(() => daemon.stop())
    yield await costOf(daemon.pid, { count, tookMs: readMs }, patience)
  }
}
