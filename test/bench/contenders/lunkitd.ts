import { mkdir } from 'node:fs/promises'
import { Daemon } from '../../harness/daemon.ts'
import type { StorageObject } from '../../harness/save-config.ts'
import { ContenderName, StoreKind } from '../rows.ts'
import type { BenchStore } from './bench-store.ts'
import { type Contender, iscsiReach, loginParameters } from './contender.ts'

const iqn = 'iqn.2026-11.io.lunkit.bench:lunkitd'
/** LIO's default, 64, is below the deepest row; tgtd's is 128. */
const attributes = { default_cmdsn_depth: 128 } as const

/** Starts lunkitd on a store. */
export async function startLunkitd(kind: StoreKind, store: BenchStore, directory: string): Promise<Contender> {
  await mkdir(directory)
  const stores = [storageObject(kind, store)]
  const daemon = await Daemon.start({ iqn, stores, attributes, parameters: loginParameters }, directory)
  return {
    name: ContenderName.lunkitd,
    store,
    reach: iscsiReach(daemon.address(0)),
    pid: daemon.pid,
    stop: () => daemon.stop(),
  }
}

function storageObject(kind: StoreKind, { path, sizeBytes }: BenchStore): StorageObject {
  const common = { name: 'disk0', sizeBytes }
  if (path === undefined) return { ...common, plugin: 'ramdisk', nullio: kind === StoreKind.nothing }
  return { ...common, plugin: 'fileio', path, writeBack: kind !== StoreKind.through }
}
