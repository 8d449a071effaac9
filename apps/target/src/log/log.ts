import { pino } from 'pino'
import { isJournal, priorityOf } from './journal.ts'
import { LogOutput } from './log-output.ts'
import type { Logger } from './logger.ts'
import { formatJournal, formatText } from './text-line.ts'

/** The descriptor that the log goes to. */
export const STDERR = 2

/** How much is logged: each level has those after it as well. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * How a line of the log looks: `json` has levels as pino's numbers and the time in milliseconds, `json-iso` both as text
 * (the time as ISO 8601, UTC), `text` is for people, `journal` for those who read systemd's: with the priority, without the time.
 */
export const LOG_FORMATS = ['json', 'json-iso', 'text', 'journal'] as const
/** One of them. */
export type LogFormat = (typeof LOG_FORMATS)[number]

/** What an administrator may choose of the log. */
export interface LogOptions {
  readonly level: LogLevel
  /** Left out: `text` on a terminal, `journal` where the journal reads it, else `json`. */
  readonly format?: LogFormat | undefined
}

/** How the text of a record becomes a line. */
const LINES: Readonly<Record<LogFormat, (json: string) => string>> = {
  json: line => line,
  'json-iso': line => line,
  text: formatText,
  journal: formatJournal,
}

/** How the log looks where nobody has chosen: it depends on who reads it. */
export function usualFormat(isRead = isJournal(STDERR)): LogFormat {
  if (process.stderr.isTTY) return 'text'
  return isRead ? 'journal' : 'json'
}

/** The log, on standard error. Where the journal reads it each line has its priority before it. */
export function openLog(
  { level, format }: LogOptions,
  output: Pick<LogOutput, 'write' | 'takeLost'> = new LogOutput(STDERR),
  isRead = isJournal(STDERR),
): Logger {
  const chosen = format ?? usualFormat(isRead)
  const hasPriority = isRead || chosen === 'journal'
  const asText = {
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const write = (json: string): void => {
    const line = LINES[chosen](json)
    if (!output.write(hasPriority ? priorityOf(json) + line : line)) return
    const lost = output.takeLost()
    if (lost > 0)
      log.warn({ event: 'linesLost', lines: lost }, `${lost} lines of the log before this one could not be written`)
  }
  const log: Logger = pino({ name: 'lunkitd', level, ...(chosen !== 'json' && asText) }, { write })
  return log
}
