import { type CdbView, CompareAndWrite, pointerTo, Sense } from '@lunkit/scsi'
import type { Slot } from '@lunkit/wire'
import { Operation } from '../../statistics/operation.ts'
import { Order } from '../../task/ordering.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import { hasBlocks } from '../data-presence.ts'
import type { Execution } from '../execution.ts'
import { firstDifference, hasExactly, work } from './medium-pieces.ts'
import { itsRange, onMedium, withinLimit } from './medium-range.ts'

const NUMBER_OF_BLOCKS = pointerTo(CompareAndWrite, 'blocks')

type Fields = CdbView<typeof CompareAndWrite>

/**
 * COMPARE AND WRITE (SBC-4): writes the second half of its data-out if the medium holds the first. Atomic against
 * everything that touches its blocks, because the task set lets nothing else of them run meanwhile.
 */
async function compareAndWrite(execution: Execution, { lba, blocks, fua }: Fields): Promise<void> {
  const { unit } = execution
  const limit = unit.blockLimits.maxCompareAndWriteBlocks
  if (!withinLimit(execution, blocks, { limit, pointer: NUMBER_OF_BLOCKS }) || !onMedium(execution, lba, blocks)) return
  const halfBytes = blocks * unit.blockSizeBytes
  // Data-out for no block says that more were meant than the field can hold.
  if (!hasExactly(execution, 2 * halfBytes, NUMBER_OF_BLOCKS)) return
  if (blocks === 0) {
    execution.good()
    return
  }
  const list = await execution.parameters(2 * halfBytes)
  if (!list) return
  const range = { offset: lba * unit.blockSizeBytes, lengthBytes: halfBytes, fua: fua || unit.writesThrough }
  await exchange(execution, { ...range, slot: list.slot })
  list.release()
}

interface Exchange {
  readonly offset: number
  readonly lengthBytes: number
  readonly fua: boolean
  /** What to compare with, then what to write. */
  readonly slot: Slot
}

async function exchange(execution: Execution, { offset, lengthBytes, fua, slot }: Exchange): Promise<void> {
  // The medium is read over the first half: a task that has a slot never waits for another one.
  const expected = Buffer.from(slot.bytes.subarray(0, lengthBytes))
  if (!(await work(execution, { operation: 'read', offset, lengthBytes, slot })) || execution.terminated) return
  const information = firstDifference(expected, slot.bytes)
  if (information !== undefined) execution.fail(Sense.miscompareDuringVerifyOperation, { information })
  else if (await work(execution, { operation: 'write', offset, lengthBytes, slot, slotOffset: lengthBytes, fua }))
    execution.good()
}

/** COMPARE AND WRITE. */
export const compareAndWriteRow: AnyCommand = command({
  operation: Operation.compareAndWrite,
  cdb: CompareAndWrite,
  data: 'out',
  hasData: hasBlocks,
  access: Access.write,
  order: Order.exclusive,
  range: itsRange,
  when: unit => unit.attributes.emulateCaw,
  run: compareAndWrite,
})
