import { connect, type Socket } from 'node:net'
import type { OpenTransport, TransportEvents } from '@lunkit/initiator'

/** A TCP connection of a peer that may stop reading, and may break it off. */
export class PlainTcp {
  #socket: Socket | undefined

  /** Connects; to be given to an initiator as its transport. */
  readonly open =
    ({ host, port }: { host: string; port: number }): OpenTransport =>
    events =>
      this.#connect(connect({ host, port, noDelay: true }), events)

  #connect(socket: Socket, events: TransportEvents): ReturnType<OpenTransport> {
    this.#socket = socket
    let failure: Error | undefined
    socket.on('error', error => {
      failure = error
    })
    socket.on('data', chunk => events.received(chunk))
    socket.on('close', () => events.closed(failure))
    return new Promise(resolve => {
      socket.on('connect', () =>
        resolve({
          send: turn => {
            for (const buffer of turn.buffers) socket.write(Uint8Array.from(buffer))
            turn.written()
          },
          close: () => socket.end(),
          destroy: () => socket.destroy(),
        }),
      )
    })
  }

  /** Reads nothing from now on. */
  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    this.#socket?.resume()
  }

  /** Breaks the connection off: the peer gets a reset, and nothing of what was not sent. */
  reset(): void {
    this.#socket?.resetAndDestroy()
  }
}
