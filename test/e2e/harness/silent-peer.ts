import { connect, type Socket } from 'node:net'

/** A TCP connection that says what it is told to, and nothing else; nothing that it is sent is looked at. */
export class SilentPeer {
  /** Whether the target has ended the connection, or refused it. */
  isGone = false
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Connects from an address of this machine. With `staysOpen` the peer does not close its side when the target does. */
  static async open(
    { host, port }: { host: string; port: number },
    { from = '127.0.0.1', staysOpen = false }: { from?: string; staysOpen?: boolean } = {},
  ): Promise<SilentPeer> {
    const socket = connect({ host, port, localAddress: from, noDelay: true, allowHalfOpen: staysOpen })
    const peer = new SilentPeer(socket)
    const gone = (): void => {
      peer.isGone = true
    }
    socket.on('error', gone)
    socket.on('end', gone)
    socket.on('close', gone)
    socket.resume()
    await new Promise(resolve => socket.once('connect', resolve))
    return peer
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** Whether this side is closed, too. */
  get isClosed(): boolean {
    return this.#socket.destroyed
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
