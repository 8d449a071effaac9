import * as scsi from '@lunkit/scsi'
import { dataView } from '@lunkit/wire'
import type { DiskModel } from './disk-model.ts'

/** What a command does to a disk, if it ends with GOOD. */
export interface Effect {
  readonly kind: 'read' | 'write' | 'fill' | 'unmap' | 'exchange' | 'compare' | 'flush' | 'none'
  readonly from: number
  readonly lengthBytes: number
  /** Length of the data-out that the command takes by its CDB. */
  readonly dataBytes: number
}

/** What every field of a CDB that matters here is called in its declaration. */
interface Fields {
  readonly lba: number
  readonly blocks: number
  readonly byteCheck: number
  readonly noDataOut: boolean
  readonly parameterListLength: number
  readonly immediate: boolean
}

type Shape = (fields: Fields, disk: DiskModel) => Effect

const NONE: Effect = { kind: 'none', from: 0, lengthBytes: 0, dataBytes: 0 }

const place = ({ lba, blocks }: Fields, { blockBytes }: DiskModel) => ({
  from: lba * blockBytes,
  lengthBytes: blocks * blockBytes,
})

const read: Shape = (fields, disk) => ({ kind: 'read', ...place(fields, disk), dataBytes: 0 })
const write: Shape = (fields, disk) => {
  const where = place(fields, disk)
  return { kind: 'write', ...where, dataBytes: where.lengthBytes }
}
const verify: Shape = (fields, disk) => {
  const where = place(fields, disk)
  const compares = fields.byteCheck === scsi.ByteCheck.blocks
  return { kind: compares ? 'compare' : 'none', ...where, dataBytes: compares ? where.lengthBytes : 0 }
}
const fill: Shape = (fields, disk) => {
  const { from, lengthBytes } = place(fields, disk)
  const whole = lengthBytes === 0 ? Math.max(0, disk.sizeBytes - from) : lengthBytes
  return { kind: 'fill', from, lengthBytes: whole, dataBytes: fields.noDataOut ? 0 : disk.blockBytes }
}
const exchange: Shape = (fields, disk) => {
  const where = place(fields, disk)
  return { kind: 'exchange', ...where, dataBytes: 2 * where.lengthBytes }
}
const unmap: Shape = ({ parameterListLength }, disk) => ({
  kind: 'unmap',
  from: 0,
  lengthBytes: disk.sizeBytes,
  dataBytes: parameterListLength,
})
/** With IMMED it is answered before anything is flushed. */
const flush: Shape = ({ immediate }) => (immediate ? NONE : { ...NONE, kind: 'flush' })

const shapes: readonly (readonly [Shape, readonly scsi.Cdb[]])[] = [
  [read, [scsi.Read6, scsi.Read10, scsi.Read12, scsi.Read16]],
  [write, [scsi.Write6, scsi.Write10, scsi.Write12, scsi.Write16]],
  [write, [scsi.WriteAndVerify10, scsi.WriteAndVerify12, scsi.WriteAndVerify16]],
  [verify, [scsi.Verify10, scsi.Verify12, scsi.Verify16]],
  [fill, [scsi.WriteSame10, scsi.WriteSame16]],
  [exchange, [scsi.CompareAndWrite]],
  [unmap, [scsi.Unmap]],
  [flush, [scsi.SynchronizeCache10, scsi.SynchronizeCache16]],
]

const byOpcode = new Map(shapes.flatMap(([shape, cdbs]) => cdbs.map(cdb => [cdb.opcode, { shape, cdb }] as const)))

/** What the command with this CDB does to the disk. */
export function effectOf(cdb: Uint8Array, disk: DiskModel): Effect {
  const row = byOpcode.get(cdb[0] as number)
  return row ? row.shape(row.cdb.view(dataView(cdb)) as unknown as Fields, disk) : NONE
}

/** Every CDB that there is a declaration of. */
export const everyCdb: readonly scsi.Cdb[] = Object.values(scsi).filter(
  (value): value is scsi.Cdb => typeof value === 'object' && value !== null && 'accepted' in value && 'usage' in value,
)
