import type { StoragePlan } from '@lunkit/config'
import type { EndedOperation } from 'lunkit'
import type { Logger } from '../log/logger.ts'
import { leftOutText } from './events.ts'
import { LogBudget } from './log-budget.ts'

/** Lines of a disk that are written in a window of the budget: of operations that fail, and of others. */
const LINES = 1000
/** What configurations count in where they say no block size, and stores neither. */
const SECTOR_BYTES = 512

/** Operations as an administrator calls them. */
const WORDS: Readonly<Partial<Record<EndedOperation['operation'], string>>> = { discard: 'unmap' }

/** Writes operations of a disk that have ended to the log, so many of them a while. */
export function operationLog(log: Logger, { key: disk, unit }: StoragePlan): (ended: EndedOperation) => void {
  const budget = new LogBudget(left => log.warn({ event: 'linesLeftOut', ...left }, leftOutText(left)))
  return ended => {
    const what = ended.fault === undefined ? 'done' : 'failed'
    if (!budget.allows({ kind: 'operation', host: disk, what, lines: LINES, renewed: true })) return
    const blockBytes = unit.attributes.blockSizeBytes ?? ended.blockBytes ?? SECTOR_BYTES
    logOperation(log, disk, { ...ended, blockBytes })
  }
}

function logOperation(log: Logger, disk: string, ended: EndedOperation & { readonly blockBytes: number }): void {
  const { source: initiatorName, fault, blockBytes } = ended
  const operation = WORDS[ended.operation] ?? ended.operation
  const [lba, blocks] = [ended.offset / blockBytes, ended.lengthBytes / blockBytes]
  const outcome = fault ?? 'done'
  const durationMs = Math.round(ended.durationMs * 1000) / 1000
  const range = ended.operation === 'flush' ? {} : { lba, blocks }
  const where = ended.operation === 'flush' ? '' : ` of ${blocks} blocks from ${lba}`
  log[fault === undefined ? 'info' : 'warn'](
    { event: 'operation', disk, operation, ...range, initiatorName, outcome, durationMs },
    `${disk}: ${operation}${where}, ${outcome} after ${durationMs} ms`,
  )
}
