import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import type { ByteStream, StreamListener } from '../connection/byte-stream.ts'
import { type PortalAddress, plainHost } from './portal-address.ts'

/** How much is read from a socket at a time. */
const READ_BYTES = 256 * 1024

/**
 * The memory that every socket of this thread is read into: what is read is worked through, or copied, before the next
 * read, so that one buffer serves all, and idle connections hold none.
 */
let readBuffer: Buffer | undefined
let shortBuffer: Buffer | undefined

/** How much is read after bytes that were read where they belong: the next header, and little to be copied behind it. */
const SHORT_READ_BYTES = 4096

/** What is used of a socket beyond its public interface: the handle that it wraps. */
interface HandleOwner {
  _handle: { useUserBuffer(buffer: Uint8Array): void } | null
}

/**
 * A TCP connection as a stream of bytes. A server cannot give its sockets an `onread` buffer, which saves a memory
 * block a read, so the accepted handle is wrapped anew before its first byte is read. This is the one place where
 * Node's private `_handle` is touched.
 */
export class AdoptedSocket implements ByteStream {
  readonly remote: PortalAddress
  readonly local: PortalAddress
  readonly #socket: Socket
  #listener: StreamListener | undefined
  /** Where the next read goes, and whether that is where the listener wants it. */
  #memory: Uint8Array = ownMemory()
  #inPlace = false

  /** `accepted` comes from a server with `pauseOnConnect`. */
  constructor(accepted: Socket) {
    this.remote = { host: plainHost(accepted.remoteAddress ?? ''), port: accepted.remotePort ?? 0 }
    this.local = { host: plainHost(accepted.localAddress ?? ''), port: accepted.localPort ?? 0 }
    const owner = accepted as unknown as HandleOwner
    const handle = owner._handle
    owner._handle = null
    accepted.destroy()
    const onread: OnReadOpts = {
      buffer: () => this.#nextMemory(),
      callback: lengthBytes => this.#read(lengthBytes),
    }
    const options = { handle, onread, readable: true, writable: true, manualStart: true }
    this.#socket = new Socket(options as object as SocketConstructorOpts)
    this.#socket.setNoDelay(true)
    // Errors are followed by `close`, and there is nobody else to tell.
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => this.#closed())
  }

  /** Begins to read. */
  start(listener: StreamListener): void {
    this.#listener = listener
    this.#socket.resume()
  }

  write(buffers: readonly Buffer[], taken: () => void): void {
    const last = buffers.length - 1
    if (this.#socket.destroyed || last < 0) return process.nextTick(taken)
    if (last === 0) {
      this.#socket.write(buffers[0] as Buffer, taken)
      return
    }
    this.#socket.cork()
    for (let i = 0; i < last; i++) this.#socket.write(buffers[i] as Buffer)
    this.#socket.write(buffers[last] as Buffer, taken)
    this.#socket.uncork()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  forgetPlace(): void {
    if (!this.#inPlace) return
    this.#inPlace = false
    this.#memory = ownMemory()
    const { _handle: handle } = this.#socket as unknown as HandleOwner
    handle?.useUserBuffer(this.#memory)
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Node holds what it has of a socket until the whole heap is collected: the connection must not be held by that. */
  #closed(): void {
    const listener = this.#listener
    this.#listener = undefined
    listener?.closed()
  }

  #read(lengthBytes: number): boolean {
    // libuv reads on at once where a read has filled its memory.
    const more = lengthBytes === this.#memory.length
    if (this.#inPlace) this.#listener?.landed(lengthBytes, more)
    else this.#listener?.receive(this.#memory, lengthBytes, more)
    return true
  }

  #nextMemory(): Uint8Array {
    const place = this.#listener?.place()
    this.#memory = place ?? (this.#inPlace ? shortMemory() : ownMemory())
    this.#inPlace = place !== undefined
    return this.#memory
  }
}

function ownMemory(): Buffer {
  readBuffer ??= Buffer.allocUnsafeSlow(READ_BYTES)
  return readBuffer
}

function shortMemory(): Buffer {
  shortBuffer ??= ownMemory().subarray(0, SHORT_READ_BYTES)
  return shortBuffer
}
