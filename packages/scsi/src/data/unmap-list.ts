import { checkArgument, count64, dataView, layout, object, u16, u32, wholeNumber } from '@lunkit/wire'
import { BYTES } from '../domains.ts'
import { ParameterListError } from '../parameter-error.ts'
import { Sense } from '../sense-code.ts'

/** The header of UNMAP's parameter list (SBC-4, UNMAP command); its lengths count what follows each of them. */
export const UnmapListHeader = layout({
  name: 'UNMAP parameter list',
  spec: 'SBC-4 5.35, UNMAP parameter list',
  size: 8,
  fields: { dataLength: u16(0), descriptorsLength: u16(2) },
})

const UnmapDescriptor = layout({
  name: 'UNMAP block descriptor',
  spec: 'SBC-4 5.35, UNMAP block descriptor',
  size: 16,
  fields: { lba: count64(0), blocks: u32(8) },
})

/** Bytes of the header before what UNMAP DATA LENGTH counts. */
const DATA_LENGTH_BYTES = 2

/** A range of blocks to unmap. */
export interface UnmapRange {
  /** Infinity for an address beyond what any unit here can have. */
  readonly lba: number
  readonly blocks: number
}

/** How many bytes a parameter list for so many ranges has. */
export function unmapListLength(ranges: number): number {
  checkArgument('unmapListLength: ranges', ranges, RANGES)
  return UnmapListHeader.size + ranges * UnmapDescriptor.size
}

const RANGE = object('{ lba, blocks }', range => 'lba' in range && 'blocks' in range)
/** As many ranges as the lengths of a list can count. */
const RANGES = wholeNumber(0, Math.floor((0xffff - UnmapListHeader.size + DATA_LENGTH_BYTES) / UnmapDescriptor.size))

/**
 * Composes UNMAP's parameter list.
 * @throws {TypeError} or {RangeError} for a range that cannot be, or more of them than a list holds.
 */
export function encodeUnmapList(ranges: readonly UnmapRange[]): Uint8Array {
  if (!Array.isArray(ranges)) throw new TypeError('the ranges to unmap are no array; right is [{ lba, blocks }, ...]')
  checkArgument('the number of ranges to unmap', ranges.length, RANGES)
  for (const range of ranges) {
    checkArgument('a range to unmap', range, RANGE)
    checkArgument('lba', range.lba, UnmapDescriptor.fields.lba.domain)
    checkArgument('blocks', range.blocks, UnmapDescriptor.fields.blocks.domain)
  }
  const bytes = new Uint8Array(unmapListLength(ranges.length))
  const view = dataView(bytes)
  const header = UnmapListHeader.compose(view)
  header.dataLength = bytes.length - DATA_LENGTH_BYTES
  header.descriptorsLength = ranges.length * UnmapDescriptor.size
  ranges.forEach((range, i) => Object.assign(UnmapDescriptor.compose(view, unmapListLength(i)), range))
  return bytes
}

/**
 * Reads UNMAP's parameter list. A last descriptor that is not whole is passed over, as SBC-4 has it.
 * @throws {ParameterListError} PARAMETER LIST LENGTH ERROR where the list ends within its header, or before the
 * descriptors that it announces.
 */
export function decodeUnmapList(bytes: Uint8Array): UnmapRange[] {
  checkArgument('decodeUnmapList: bytes', bytes, BYTES)
  if (bytes.length < UnmapListHeader.size)
    throw new ParameterListError(
      `a list of ${bytes.length} bytes ends within its header of ${UnmapListHeader.size}`,
      Sense.parameterListLengthError,
    )
  const view = dataView(bytes)
  const { descriptorsLength } = UnmapListHeader.view(view)
  const end = UnmapListHeader.size + descriptorsLength
  if (end > bytes.length)
    throw new ParameterListError(
      `${descriptorsLength} bytes of descriptors are announced; ${bytes.length - UnmapListHeader.size} came`,
      Sense.parameterListLengthError,
    )
  const ranges: UnmapRange[] = []
  for (let at = UnmapListHeader.size; at + UnmapDescriptor.size <= end; at += UnmapDescriptor.size) {
    const { lba, blocks } = UnmapDescriptor.view(view, at)
    ranges.push({ lba, blocks })
  }
  return ranges
}
