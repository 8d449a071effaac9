import { decodeLun } from '@lunkit/scsi/transport'
import { dataView } from '@lunkit/wire'
import type { FaultNote } from '../world/fault-watch.ts'
import type { DiskModel } from './disk-model.ts'

/** A disk as sessions see it. */
export interface ServedDisk {
  readonly model: DiskModel
  /** Every fault that its store has had. */
  readonly faults: readonly FaultNote[]
}

/** A disk under a number. */
export interface ServedLun {
  readonly disk: ServedDisk
  readonly writeProtected: boolean
}

/** The disk that a LUN field names; undefined where there is none. */
export const lunOf = (luns: ReadonlyMap<number, ServedLun>, field: bigint): ServedLun | undefined =>
  luns.get(lunNumber(field))

/** The number that a LUN field is. */
export function lunNumber(field: bigint): number {
  const bytes = new Uint8Array(8)
  const view = dataView(bytes)
  view.setBigUint64(0, field)
  return decodeLun(view)
}
