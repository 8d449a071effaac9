import { Socket } from 'node:net'
import type { Libc } from './libc.ts'

/** More than the 64-bit number that is read from an eventfd: it was all that there is, and is not read a second time. */
const BUFFER_BYTES = 16

/**
 * An eventfd(2) that this thread's event loop waits for. Node waits for sockets and pipes alone, so a socket is made for it, and the eventfd
 * put into its place before the loop looks at it. It keeps no thread alive.
 */
export class EventDescriptor {
  readonly fd: number
  readonly #socket: Socket

  private constructor(fd: number, socket: Socket) {
    this.fd = fd
    this.#socket = socket
  }

  /** `heard` is called when somebody has added to it. @throws where the system has none. */
  static open(libc: Libc, heard: () => void): EventDescriptor {
    const fd = libc.socket()
    if (fd < 0) throw new Error(`a socket could not be made: error ${-fd}`)
    const event = libc.event()
    if (event < 0) {
      libc.close(fd)
      throw new Error(`an eventfd could not be made: error ${-event}`)
    }
    const onread = {
      buffer: new Uint8Array(BUFFER_BYTES),
      callback: (): boolean => {
        heard()
        return true
      },
    }
    const socket = new Socket({ fd, writable: false, onread })
    const replaced = libc.replace(fd, event)
    libc.close(event)
    if (replaced < 0) {
      socket.destroy()
      throw new Error(`an eventfd could not be put into the place of a socket: error ${-replaced}`)
    }
    socket.unref()
    return new EventDescriptor(fd, socket)
  }

  close(): void {
    this.#socket.destroy()
  }
}
