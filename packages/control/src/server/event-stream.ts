import type { ServerResponse } from 'node:http'
import type { Timers } from '@lunkit/wire'
import type { ToldEvent } from '../control-service.ts'
import type { ControlLimits } from '../limits.ts'

/** Where events go, and what a client may leave undone. */
export interface EventStreamOptions {
  readonly timers: Timers
  readonly limits: Pick<ControlLimits, 'events' | 'traceBytes' | 'heartbeatMs' | 'answerMs'>
  /** A client did not take its events: so many it misses. */
  readonly dropped: (missed: number) => void
}

const HEAD = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'close' }

/** A frame of a stream of events, HTML 9.2.5. */
const frame = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`

/** The events that one client is sent, HTML 9.2. Few wait for it; a client that is slower is told so, and let go. */
export class EventStream {
  readonly #response: ServerResponse
  readonly #options: EventStreamOptions
  #waiting: string[] = []
  /** Of what was offered. */
  #waitingBytes = 0
  #takesMore = true
  #ended = false
  #stopHeart: () => void = () => undefined

  constructor(response: ServerResponse, options: EventStreamOptions) {
    this.#response = response
    this.#options = options
    response.on('drain', () => this.#drain())
    response.on('close', () => this.end())
    response.writeHead(200, HEAD)
    response.flushHeaders()
    this.#beat()
  }

  /** Sends an event, or has it wait. */
  tell(event: ToldEvent): void {
    if (this.#ended) return
    const { events } = this.#options.limits
    if (!this.#takesMore && this.#waiting.length >= events) return this.#drop()
    this.#waiting.push(frame(event.kind, event))
    this.#drain()
  }

  /** Sends what may be lost, or has it wait; false where a client that is behind misses it, and goes on. */
  offer(name: string, data: unknown): boolean {
    if (this.#ended || this.#waitingBytes > this.#options.limits.traceBytes) return false
    const text = frame(name, data)
    this.#waiting.push(text)
    this.#waitingBytes += text.length
    this.#drain()
    return true
  }

  /** Ends it; what waits is sent if the client takes it in time. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#stopHeart()
    // Whoever takes nothing for so long is cut off.
    this.#response.socket?.setTimeout(this.#options.limits.answerMs)
    this.#response.end(this.#waiting.join(''))
    this.#waiting = []
  }

  #drain(): void {
    this.#takesMore = !this.#response.writableNeedDrain
    while (this.#takesMore && this.#waiting.length > 0)
      this.#takesMore = this.#response.write(this.#waiting.shift() as string)
    if (this.#waiting.length === 0) this.#waitingBytes = 0
  }

  #drop(): void {
    const missed = this.#waiting.length + 1
    this.#waiting = [frame('dropped', { missed })]
    this.#options.dropped(missed)
    this.end()
  }

  #beat(): void {
    this.#stopHeart = this.#options.timers.after(this.#options.limits.heartbeatMs, () => {
      if (this.#takesMore) this.#takesMore = this.#response.write(': alive\n\n')
      this.#beat()
    })
  }
}
