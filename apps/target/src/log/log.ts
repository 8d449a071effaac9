import { type Logger, pino } from 'pino'
import { LogOutput } from './log-output.ts'
import { formatText } from './text-line.ts'

/** The descriptor that the log goes to. */
export const STDERR = 2

/** How much is logged: each level has those after it as well. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
type LogLevel = (typeof LOG_LEVELS)[number]

/**
 * How a line of the log looks: `json` has levels as pino's numbers and the time in milliseconds, `json-iso` both as text
 * (the time as ISO 8601, UTC), `text` is for people.
 */
export const LOG_FORMATS = ['json', 'json-iso', 'text'] as const
/** One of them. */
export type LogFormat = (typeof LOG_FORMATS)[number]

/** What an administrator may choose of the log. */
export interface LogOptions {
  readonly level: LogLevel
  /** Left out: `text` on a terminal, else `json`. */
  readonly format?: LogFormat | undefined
}

/** The log, on standard error. */
export function openLog(
  { level, format }: LogOptions,
  output: Pick<LogOutput, 'write' | 'takeLost'> = new LogOutput(STDERR),
): Logger {
  const chosen = format ?? (process.stderr.isTTY ? 'text' : 'json')
  const asText = {
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const write = (line: string): void => {
    if (!output.write(chosen === 'text' ? formatText(line) : line)) return
    const lost = output.takeLost()
    if (lost > 0) log.warn({ lines: lost }, `${lost} lines of the log before this one could not be written`)
  }
  const log = pino({ name: 'lunkitd', level, ...(chosen !== 'json' && asText) }, { write })
  return log
}
