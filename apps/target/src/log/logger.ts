import type { LogEvent } from './log-events.ts'
import type { LogValues } from './log-fields.ts'

/** What a line of the log says beside its words. */
type LogFacts = { readonly event: LogEvent } & LogValues

type Write = (facts: LogFacts, text: string) => void

/** The log: one event, one line, of an event and with fields that are in the tables. */
export interface Logger {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  readonly fatal: Write
}
