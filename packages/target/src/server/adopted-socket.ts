import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import type { ByteStream, StreamListener } from '../session/byte-stream.ts'
import { type PortalAddress, plainHost } from './portal-address.ts'

/** How much is read from a socket at a time. */
const READ_BYTES = 256 * 1024

/**
 * The memory that every socket of this thread is read into: what is read is worked through, or copied, before the next
 * read, so that one buffer serves all, and idle connections hold none.
 */
let readBuffer: Buffer | undefined

/** What is used of a socket beyond its public interface: the handle that it wraps. */
interface HandleOwner {
  _handle: object | null
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

  /** `accepted` comes from a server with `pauseOnConnect`. */
  constructor(accepted: Socket) {
    this.remote = { host: plainHost(accepted.remoteAddress ?? ''), port: accepted.remotePort ?? 0 }
    this.local = { host: plainHost(accepted.localAddress ?? ''), port: accepted.localPort ?? 0 }
    const owner = accepted as unknown as HandleOwner
    const handle = owner._handle
    owner._handle = null
    accepted.destroy()
    readBuffer ??= Buffer.allocUnsafeSlow(READ_BYTES)
    const onread: OnReadOpts = {
      buffer: readBuffer,
      callback: (lengthBytes, buffer) => this.#read(lengthBytes, buffer),
    }
    const options = { handle, onread, readable: true, writable: true, manualStart: true }
    this.#socket = new Socket(options as SocketConstructorOpts)
    this.#socket.setNoDelay(true)
    // Errors are followed by `close`, and there is nobody else to tell.
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => this.#listener?.closed())
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

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #read(lengthBytes: number, buffer: Uint8Array): boolean {
    this.#listener?.receive(buffer.subarray(0, lengthBytes))
    return true
  }
}
