import { mkdir } from 'node:fs/promises'
import { Daemon } from '../../harness/daemon.ts'
import type { StorageObject } from '../../harness/save-config.ts'
import { type ContenderName, isDevice, isDirect, StoreKind } from '../rows.ts'
import type { BenchStore } from './bench-store.ts'
import { type Contender, iscsiReach, loginParameters } from './contender.ts'

const iqn = 'iqn.2026-11.io.lunkit.bench:lunkitd'
/** LIO's default, 64, is below the deepest row; tgtd's is 128. */
const attributes = { default_cmdsn_depth: 128 } as const

/** How long lunkitd spins when it is measured with polling. */
const pollUs = 50

/** What is to be served, by which of lunkitd's ways. */
export type LunkitdOptions = {
  readonly kind: StoreKind
  readonly store: BenchStore
  /** Where its configuration is written. */
  readonly directory: string
  readonly name: LunkitdName
}

/** lunkitd, and lunkitd in other ways. */
export type LunkitdName = 'lunkitd' | 'polling' | 'uncounted'

/** How each is started. */
const ways: Readonly<Record<LunkitdName, Way>> = {
  lunkitd: {},
  polling: { settings: { poll_us: pollUs } },
  uncounted: { nodeArguments: ['--import', new URL('./without-statistics.ts', import.meta.url).href] },
}

type Way = {
  readonly settings?: Readonly<Record<string, number>>
  readonly nodeArguments?: readonly string[]
}

/** Whether it is lunkitd that has this name. */
export const isLunkitd = (name: ContenderName): name is LunkitdName => name in ways

/** Starts lunkitd on a store. */
export async function startLunkitd({ name, kind, store, directory }: LunkitdOptions): Promise<Contender> {
  await mkdir(directory)
  const { settings = {}, ...options } = ways[name]
  const stores = [storageObject(kind, store)]
  const daemon = await Daemon.start(
    { iqn, stores, attributes, parameters: loginParameters, settings },
    directory,
    options,
  )
  return {
    name,
    store,
    reach: iscsiReach(daemon.address(0)),
    pid: daemon.pid,
    stop: () => daemon.stop(),
  }
}

function storageObject(kind: StoreKind, { path, sizeBytes }: BenchStore): StorageObject {
  const common = { name: 'disk0', sizeBytes, settings: { direct: isDirect(kind) } }
  if (path === undefined) return { name: 'disk0', sizeBytes, plugin: 'ramdisk', nullio: kind === StoreKind.nothing }
  if (isDevice(kind)) return { ...common, plugin: 'block', path }
  return { ...common, plugin: 'fileio', path, writeBack: kind !== StoreKind.through }
}
