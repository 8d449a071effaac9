import { connect, type Socket } from 'node:net'
import { afterEach } from 'vitest'
import type { PortalAddress } from '../server/portal-address.ts'
import { MemoryStream } from './memory-stream.ts'
import { TestClient } from './test-client.ts'

const clients: SocketClient[] = []

afterEach(() => {
  for (const client of clients.splice(0)) client.socket.destroy()
})

/** A client whose bytes go through a socket, until its test is over. */
export class SocketClient extends TestClient {
  readonly socket: Socket
  #wake: (() => void) | undefined

  constructor({ host, port }: PortalAddress) {
    super(new MemoryStream())
    clients.push(this)
    const handOver = this.stream.received
    this.socket = connect({ host, port })
    this.socket.on('error', () => {})
    this.socket.on('close', () => this.#wake?.())
    this.socket.on('data', bytes => {
      handOver(bytes)
      this.#wake?.()
    })
    this.stream.feed = bytes => this.socket.write(Buffer.from(bytes))
  }

  /** Waits for so many PDUs, or the end of the connection. */
  async arrived(count: number): Promise<void> {
    while (this.packets.length < count && !this.socket.destroyed) await new Promise<void>(wake => (this.#wake = wake))
  }

  override async expect(...args: Parameters<TestClient['expect']>) {
    await this.arrived(1)
    return super.expect(...args) as never
  }
}
