import { connect, type Socket } from 'node:net'
import type { ByteStream, PortalAddress, StreamListener } from '@lunkit/target'

/** A peer's end of a connection. */
export interface Wire {
  /** Whether the target has closed the connection, its sending side at least, or nothing can be sent any more. */
  readonly closed: boolean
  /** Hears of bytes that come. */
  received: (bytes: Uint8Array) => void
  send(bytes: Uint8Array): void
  /** Reads nothing from now on. */
  block(): void
  unblock(): void
  hangUp(): void
}

/** What the memory of a chunk is overwritten with when it was received. */
const USED = 0xdb

/** A connection without a network: both ends, the peer's and the target's. */
export class MemoryWire implements Wire, ByteStream {
  readonly remote: PortalAddress = { host: '192.0.2.7', port: 40_000 }
  readonly local: PortalAddress
  received: (bytes: Uint8Array) => void = () => {}
  #listener: StreamListener | undefined
  #waiting: Buffer[] = []
  #paused = false
  /** Where the target wants the next bytes, as it said after the last ones. */
  #place: Uint8Array | undefined
  #blocked = false
  #ended = false
  #destroyed = false
  /** A write that the peer has not read. */
  #take: (() => void) | undefined
  /** The longest write by now, in bytes. */
  longestWrite = 0

  constructor(local: PortalAddress) {
    this.local = local
  }

  get closed(): boolean {
    return this.#ended || this.#destroyed
  }

  start(listener: StreamListener): void {
    this.#listener = listener
  }

  send(bytes: Uint8Array): void {
    if (this.#destroyed || bytes.length === 0) return
    this.#waiting.push(Buffer.from(bytes))
    this.#pump()
  }

  block(): void {
    this.#blocked = true
  }

  unblock(): void {
    this.#blocked = false
    const take = this.#take
    this.#take = undefined
    take?.()
  }

  hangUp(): void {
    this.destroy()
  }

  write(buffers: readonly Buffer[], taken: () => void): void {
    if (this.#destroyed) return process.nextTick(taken)
    const take = (): void => {
      const bytes = Buffer.concat(buffers)
      this.longestWrite = Math.max(this.longestWrite, bytes.length)
      this.received(bytes)
      taken()
    }
    if (this.#blocked) this.#take = take
    else take()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#pump()
  }

  forgetPlace(): void {
    this.#place = undefined
  }

  end(): void {
    this.#ended = true
  }

  destroy(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    this.#waiting = []
    this.#take = undefined
    process.nextTick(() => this.#listener?.closed())
  }

  #pump(): void {
    while (!this.#paused && !this.#destroyed) {
      const next = this.#waiting.shift()
      if (!next) return
      if (this.#place) this.#land(next, this.#place)
      else {
        this.#listener?.receive(next, next.length, this.#waiting.length > 0)
        next.fill(USED)
      }
      this.#place = this.#listener?.place()
    }
  }

  /** Puts bytes where the target wants them; what is too much for that comes after. */
  #land(bytes: Buffer, place: Uint8Array): void {
    const lengthBytes = bytes.copy(place)
    this.#place = undefined
    if (lengthBytes < bytes.length) this.#waiting.unshift(bytes.subarray(lengthBytes))
    this.#listener?.landed(lengthBytes, this.#waiting.length > 0)
  }
}

/** A connection over TCP. */
export class TcpWire implements Wire {
  received: (bytes: Uint8Array) => void = () => {}
  readonly #socket: Socket
  #closed = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', bytes => this.received(bytes))
    socket.on('error', () => {})
    socket.on('end', () => {
      this.#closed = true
    })
    socket.on('close', () => {
      this.#closed = true
    })
  }

  static async open({ host, port }: PortalAddress): Promise<TcpWire> {
    const socket = connect({ host, port })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new TcpWire(socket)
  }

  get closed(): boolean {
    return this.#closed
  }

  send(bytes: Uint8Array): void {
    if (!this.#closed && bytes.length > 0) this.#socket.write(Buffer.from(bytes))
  }

  block(): void {
    this.#socket.pause()
  }

  unblock(): void {
    this.#socket.resume()
  }

  hangUp(): void {
    this.#socket.destroy()
  }
}
