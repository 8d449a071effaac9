import { connect } from '@lunkit/initiator'
import { expect, it } from 'vitest'
import { Daemon, type DaemonOptions } from '../../harness/daemon.ts'
import { Scratch } from '../../harness/scratch.ts'

const iqn = 'iqn.2026-11.io.lunkit.bench:statistics'
const disk = { plugin: 'ramdisk', name: 'disk0', sizeBytes: 2 ** 20 } as const
const uncounted = { nodeArguments: ['--import', new URL('./without-statistics.ts', import.meta.url).href] }

it('takes all counting out of lunkitd, which serves as ever', async () => {
  expect(await countedOf({ nodeArguments: [] })).toMatchObject({ sessionsStarted: 1 })
  expect(await countedOf(uncounted)).toEqual({})
})

/** What lunkitd has counted of one session. */
async function countedOf(options: DaemonOptions): Promise<Daemon['counted']> {
  await using cleanup = new AsyncDisposableStack()
  const scratch = cleanup.adopt(await Scratch.create('uncounted'), each => each.remove())
  const daemon = cleanup.adopt(await Daemon.start({ iqn, stores: [disk] }, scratch.directory, options), each =>
    each.stop(),
  )
  const { host, port, iqn: target } = daemon.address(0)
  const session = await connect({ host, port, target })
  await session.lun(0).ready()
  expect((await session.lun(0).read(0, 1)).length).toBe(512)
  await session.close()
  await daemon.stop()
  return daemon.counted
}
