import type { ByteStream, StreamListener } from '../connection/byte-stream.ts'
import type { PortalAddress } from '../server/portal-address.ts'

/** A connection without a network: what the target writes is handed to `received`, and what is fed goes to the target. */
export class MemoryStream implements ByteStream {
  readonly remote: PortalAddress
  readonly local: PortalAddress
  #listener: StreamListener | undefined
  #paused = false
  #closed = false
  /** What was fed and not taken yet. */
  #waiting: Buffer[] = []
  /** Where the next bytes are written to. */
  #place: Uint8Array | undefined
  /** Called by the transport when it has taken a write. */
  #taken: (() => void) | undefined
  /** Set to make the transport take nothing. */
  blocked = false
  /** Whether the target has closed its sending side. */
  ended = false
  /** How many writes there were. */
  writes = 0
  received: (bytes: Buffer) => void = () => {}
  /** Called when the target has taken what the peer sent. */
  fed: () => void = () => {}

  constructor({ remote = '192.0.2.7', local = '192.0.2.1' }: { remote?: string; local?: string } = {}) {
    this.remote = { host: remote, port: 40_000 }
    this.local = { host: local, port: 3260 }
  }

  get closed(): boolean {
    return this.#closed
  }

  get paused(): boolean {
    return this.#paused
  }

  start(listener: StreamListener): void {
    this.#listener = listener
  }

  /** The peer sends bytes. */
  feed(bytes: Uint8Array): void {
    this.#waiting.push(Buffer.from(bytes))
    this.#pump()
    this.fed()
  }

  /** Bytes come in; the transport says whether it reads on at once, and may be wrong. */
  deliver(bytes: Buffer, more: boolean): void {
    this.#listener?.receive(bytes, bytes.length, more)
  }

  /** The peer closes its side. */
  hangUp(): void {
    this.destroy()
  }

  /** The transport takes what it was given. */
  unblock(): void {
    this.blocked = false
    const taken = this.#taken
    this.#taken = undefined
    taken?.()
  }

  write(buffers: readonly Buffer[], taken: () => void): void {
    if (this.#closed) return process.nextTick(taken)
    this.writes++
    // A socket keeps what it was given until it was taken; here it is looked at then.
    const take = (): void => {
      this.received(Buffer.concat(buffers))
      taken()
    }
    if (this.blocked) this.#taken = take
    else take()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#pump()
  }

  end(): void {
    this.ended = true
  }

  destroy(): void {
    if (this.#closed) return
    this.#closed = true
    this.#waiting = []
    const listener = this.#listener
    process.nextTick(() => {
      this.#taken?.()
      listener?.closed()
    })
  }

  forgetPlace(): void {
    this.#place = undefined
  }

  #pump(): void {
    while (!this.#paused && !this.#closed) {
      const next = this.#waiting.shift()
      if (!next) return
      if (this.#place) this.#land(next, this.#place)
      else this.#listener?.receive(next, next.length, this.#waiting.length > 0)
      // Asked for at once, like a socket that is told where it will read next.
      this.#place = this.#listener?.place()
      // The memory of a chunk is used again as soon as it was received.
      next.fill(0xdb)
    }
  }

  #land(bytes: Buffer, place: Uint8Array): void {
    const lengthBytes = bytes.copy(place)
    if (lengthBytes < bytes.length) this.#waiting.unshift(Buffer.from(bytes.subarray(lengthBytes)))
    this.#listener?.landed(lengthBytes, this.#waiting.length > 0)
  }
}
