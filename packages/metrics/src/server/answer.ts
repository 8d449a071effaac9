import type { ServerResponse } from 'node:http'

/** An answer without an end: it is written until either side closes it, and whoever writes it sees to it that it is taken. */
export type AnswerStream = (response: ServerResponse) => void

/** What is answered. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: Uint8Array | AnswerStream
  readonly headers?: Readonly<Record<string, string>>
}
