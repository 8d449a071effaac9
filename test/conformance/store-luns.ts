import type { Daemon } from '../harness/daemon.ts'
import type { ServedConfig, StorageObject } from '../harness/save-config.ts'
import { type Result, runSuiteTest, type SuitePath } from './suite-run.ts'

/** The stores that the conformance suite runs against. */
export const storeNames = ['fileio', 'ramdisk'] as const

/** One of the stores. */
export type StoreName = (typeof storeNames)[number]

/** How a store is shown to a test. */
type LunName = 'plain' | 'removable' | 'read-only'

/** A result, and the LUN that gave it. */
export type LunResult = Result & { readonly lun: LunName }

const iqn = 'iqn.2026-11.io.lunkit.test:conformance'
const reader = 'iqn.2026-11.io.lunkit.test:reader'
const sizeBytes = 256 * 2 ** 20

/** Limits of the portal group on what a login may agree on, in LIO's words. */
export type LoginLimits = NonNullable<ServedConfig['parameters']>

/** A LUN for tests that another LUN cannot run, and the reasons for which they skip there. */
type OtherLun = { readonly lun: LunName; readonly runsWhatSkips: RegExp }

const otherLuns: readonly OtherLun[] = [
  { lun: 'removable', runsWhatSkips: /not removable|^LBPPB < 2/ },
  { lun: 'read-only', runsWhatSkips: /not write-protected/ },
]

/**
 * The LUNs of a store: 0 as LIO serves it, 1 a removable medium with physical blocks of 4 KiB. One initiator sees them
 * write-protected.
 */
export function storeLuns(store: StoreName, directory: string, parameters: LoginLimits = {}): ServedConfig {
  const settings = { removable: true, physical_block_size: 4096 }
  const plain = storageObject(store, 'plain', directory)
  return { iqn, reader, parameters, stores: [plain, { ...storageObject(store, 'removable', directory), settings }] }
}

/** Runs a test on the plain LUN of a store, and on another one when it skips for want of what that one has. */
export async function runOnLuns(test: string, daemon: Daemon): Promise<LunResult> {
  const plain = await runSuiteTest(test, pathTo('plain', daemon))
  const [reason = ''] = plain.status === 'skipped' ? plain.reasons : []
  const other = otherLuns.find(({ runsWhatSkips }) => runsWhatSkips.test(reason))
  if (other === undefined) return { ...plain, lun: 'plain' }
  return { ...(await runSuiteTest(test, pathTo(other.lun, daemon))), lun: other.lun }
}

function pathTo(lun: LunName, daemon: Daemon): SuitePath {
  if (lun === 'read-only') return { url: daemon.url(0), initiator: reader }
  return { url: daemon.url(lun === 'plain' ? 0 : 1) }
}

function storageObject(store: StoreName, name: string, directory: string): StorageObject {
  return store === 'ramdisk'
    ? { plugin: 'ramdisk', name, sizeBytes }
    : { plugin: 'fileio', name, sizeBytes, path: `${directory}/${name}.img`, writeBack: true }
}
