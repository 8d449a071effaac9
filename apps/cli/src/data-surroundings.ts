import type { Readable, Writable } from 'node:stream'

/** What commands that move data find around them, beside a terminal. */
export interface DataSurroundings {
  /** Aborted where somebody interrupts or ends the program. Whoever has asked for it ends in order then. */
  readonly interrupted: () => AbortSignal
  /** Variables, among them libiscsi's, which have names and passwords. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Standard input and output, where they are data; undefined: lines come from there. */
  readonly streams: DataStreams | undefined
  /** Shows a text in place of the one before; '' takes it away. Undefined: nobody would see it. */
  readonly show: ((text: string) => void) | undefined
}

/** Where data comes from and goes to that no file has. */
interface DataStreams {
  readonly input: Readable
  readonly output: Writable
  /** Whether what is written there is shown to somebody. */
  readonly isShown: boolean
}
