import { Tgtd } from '../../harness/tgtd.ts'
import { ContenderName, isDirect, StoreKind } from '../rows.ts'
import type { BenchStore } from './bench-store.ts'
import { type Contender, iscsiReach, loginParameters } from './contender.ts'

/** tgt refuses digests until it is told that it may. */
const digests = { HeaderDigest: 'CRC32C,None', DataDigest: 'CRC32C,None' } as const

/** Starts tgtd on a file. */
export async function startTgtd(kind: StoreKind, store: BenchStore): Promise<Contender> {
  if (store.path === undefined) throw new Error('tgtd serves files')
  const parameters = { ...loginParameters, ...digests }
  const tgtd = await Tgtd.start(store.path, {
    parameters,
    synchronous: kind === StoreKind.through,
    backing: isDirect(kind) ? 'aio' : 'rdwr',
  })
  return {
    name: ContenderName.tgtd,
    store,
    reach: iscsiReach(tgtd.address),
    pid: tgtd.pid,
    stop: () => tgtd.stop(),
  }
}
