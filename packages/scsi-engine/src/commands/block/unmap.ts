import {
  type CdbView,
  decodeUnmapList,
  ParameterListError,
  pointerTo,
  Sense,
  Unmap,
  UnmapListHeader,
  type UnmapRange,
} from '@lunkit/scsi'
import { Operation } from '../../statistics/operation.ts'
import { Order } from '../../task/ordering.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import { hasParameters } from '../data-presence.ts'
import type { Execution, ParameterList } from '../execution.ts'
import { work } from './medium-pieces.ts'
import { onMedium } from './medium-range.ts'

/** UNMAP BLOCK DESCRIPTOR DATA LENGTH, which says how many descriptors there are. */
const DESCRIPTORS_LENGTH = pointerTo(UnmapListHeader, 'descriptorsLength')

/**
 * UNMAP (SBC-4). Which blocks it touches only its data says, so that it takes them range by range when it has
 * that. What it unmaps reads as zeroes if LBPRZ says so; the store sees to ranges off its granularity.
 */
async function unmap(execution: Execution, cdb: CdbView<typeof Unmap>): Promise<void> {
  const { unit } = execution
  if (cdb.parameterListLength === 0) {
    execution.good()
    return
  }
  const list = await execution.parameters(cdb.parameterListLength)
  if (!list) return
  const ranges = decode(execution, list)
  if (!ranges || !acceptable(execution, ranges)) return
  execution.concerns(ranges.reduce((sum, { blocks }) => sum + blocks, 0) * unit.blockSizeBytes)
  for (const { lba, blocks } of ranges) {
    if (blocks === 0) continue
    await execution.occupy({ lba, blocks })
    if (execution.terminated) return
    const { blockSizeBytes, writesThrough } = unit
    const range = { offset: lba * blockSizeBytes, lengthBytes: blocks * blockSizeBytes, fua: writesThrough }
    if (!(await work(execution, { operation: 'discard', ...range }))) return
  }
  execution.good()
}

function decode(execution: Execution, list: ParameterList): UnmapRange[] | undefined {
  try {
    return decodeUnmapList(list.bytes)
  } catch (error) {
    if (!(error instanceof ParameterListError)) throw error
    execution.fail(error.code, error.pointer && { pointer: error.pointer })
    return undefined
  } finally {
    list.release()
  }
}

/** Within the limits of the Block Limits VPD page and on the medium, before the first range is unmapped. */
function acceptable(execution: Execution, ranges: readonly UnmapRange[]): boolean {
  const { maxUnmapDescriptors, maxUnmapBlocks } = execution.unit.blockLimits
  const blocks = ranges.reduce((sum, range) => sum + range.blocks, 0)
  if (
    (maxUnmapDescriptors > 0 && ranges.length > maxUnmapDescriptors) ||
    (maxUnmapBlocks > 0 && blocks > maxUnmapBlocks)
  ) {
    execution.fail(Sense.invalidFieldInParameterList, { pointer: DESCRIPTORS_LENGTH })
    return false
  }
  return ranges.every(range => onMedium(execution, range.lba, range.blocks))
}

/** UNMAP, which a unit has that says so in LBPU. */
export const unmapRow: AnyCommand = command({
  operation: Operation.unmap,
  cdb: Unmap,
  data: 'out',
  hasData: hasParameters,
  access: Access.write,
  order: Order.free,
  when: unit => unit.canUnmap,
  run: unmap,
})
