import { checkArgument, dataView, layout, u32 } from '@lunkit/wire'
import { LIST } from '../domains.ts'
import { needBytes } from '../parameter-error.ts'
import { decodeLun, encodeLun } from '../transport/lun.ts'

/** The header of REPORT LUNS parameter data; LUNs of eight bytes each follow. */
const LunListHeader = layout({
  name: 'REPORT LUNS parameter data',
  spec: 'SPC-5, REPORT LUNS command, parameter data',
  size: 8,
  fields: { listLength: u32(0) },
})

const LUN_BYTES = 8

/** Composes REPORT LUNS parameter data. */
export function encodeLunList(luns: readonly number[]): Uint8Array {
  checkArgument('encodeLunList: luns', luns, LIST)
  const bytes = new Uint8Array(LunListHeader.size + luns.length * LUN_BYTES)
  const view = dataView(bytes)
  LunListHeader.compose(view).listLength = luns.length * LUN_BYTES
  luns.forEach((lun, i) => encodeLun(lun, view, LunListHeader.size + i * LUN_BYTES))
  return bytes
}

/** What REPORT LUNS returned. */
export interface LunList {
  /** Logical unit numbers, or `SpecialLun` for the well-known one and for forms that are not known here. */
  readonly luns: readonly number[]
  /** How many bytes the whole list has, which may be more than the allocation length let through. */
  readonly wholeBytes: number
}

/**
 * Reads REPORT LUNS parameter data, as far as it came.
 * @throws {ParameterDataError} below 8 bytes.
 */
export function decodeLunList(bytes: Uint8Array): LunList {
  needBytes(LunListHeader.name, bytes, LunListHeader.size)
  const view = dataView(bytes)
  const { listLength } = LunListHeader.view(view)
  const end = Math.min(bytes.length, LunListHeader.size + listLength)
  const luns: number[] = []
  for (let at = LunListHeader.size; at + LUN_BYTES <= end; at += LUN_BYTES) luns.push(decodeLun(view, at))
  return { luns, wholeBytes: LunListHeader.size + listLength }
}
