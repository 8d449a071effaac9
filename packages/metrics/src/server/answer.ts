import type { IncomingMessage } from 'node:http'

/** What is asked, by HTTP/1.1 or HTTP/2. */
export type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'>

/** Where an answer without an end is written. */
export interface AnswerSink {
  /** Whether what was written has not been taken yet. */
  readonly writableNeedDrain: boolean
  write(text: string): unknown
  destroy(): unknown
  on(event: 'close', closed: () => void): unknown
}

/** An answer without an end: it is written until either side closes it, and whoever writes it sees to it that it is taken. */
export type AnswerStream = (sink: AnswerSink) => void

/** What is answered. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: Uint8Array | AnswerStream
  readonly headers?: Readonly<Record<string, string>>
}
