import type { StoreRequest } from '@lunkit/backstores/store'
import { SynchronizeCache10, SynchronizeCache16 } from '@lunkit/scsi'
import { Operation } from '../../statistics/operation.ts'
import { Order } from '../../task/ordering.ts'
import { Access, command } from '../command.ts'
import type { AnyCommand } from '../command-set.ts'
import type { BlockRange, Execution } from '../execution.ts'
import { onMedium } from './medium-range.ts'

interface FlushFields extends BlockRange {
  readonly immediate: boolean
}

/**
 * Brings the unit's completed writes to stable storage, all of them whatever the range. With IMMED the answer comes
 * first; a flush that fails then is told by a deferred error.
 */
async function synchronizeCache(execution: Execution, { lba, blocks, immediate }: FlushFields): Promise<void> {
  if (!onMedium(execution, lba, blocks)) return
  if (immediate) execution.good()
  let flush: StoreRequest | undefined
  const fault = await execution.operate(request => {
    request.operation = 'flush'
    flush = request
  })
  if (immediate) return
  if (fault !== undefined && flush) execution.failStore(flush)
  else execution.good()
}

const row = { operation: Operation.flush, data: 'none', access: Access.control, order: Order.flush } as const

/** SYNCHRONIZE CACHE (10) and (16). */
export const synchronizeCacheRows: readonly AnyCommand[] = [
  command({ ...row, cdb: SynchronizeCache10, run: synchronizeCache }),
  command({ ...row, cdb: SynchronizeCache16, run: synchronizeCache }),
]
