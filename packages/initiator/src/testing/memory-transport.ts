import type { Turn } from '@lunkit/pdu'
import type { OpenTransport, Transport, TransportEvents } from '../transport.ts'

/** One end of a pair of transports without a network. */
class MemoryEnd implements Transport {
  events: TransportEvents | undefined
  other: MemoryEnd | undefined
  #closed = false

  /** Delivers a copy later, as a network would. */
  send(turn: Turn): void {
    const bytes = Buffer.concat(turn.buffers)
    turn.written()
    queueMicrotask(() => {
      if (this.other && !this.other.#closed) this.other.events?.received(bytes)
    })
  }

  close(): void {
    this.destroy()
  }

  destroy(): void {
    queueMicrotask(() => {
      this.end()
      this.other?.end()
    })
  }

  end(): void {
    if (this.#closed) return
    this.#closed = true
    this.events?.closed()
  }
}

/** Two transports that are connected with each other. */
export function memoryPair(): [near: OpenTransport, far: OpenTransport] {
  const near = new MemoryEnd()
  const far = new MemoryEnd()
  near.other = far
  far.other = near
  const open =
    (end: MemoryEnd): OpenTransport =>
    events => {
      end.events = events
      return Promise.resolve(end)
    }
  return [open(near), open(far)]
}
