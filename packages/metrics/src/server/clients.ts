import type { Socket } from 'node:net'
import type { MetricsLimits } from '../limits.ts'

/** A client that is connected. */
interface Client {
  readonly socket: Socket
  /** How many of its requests are being answered. */
  answers: number
  timer: NodeJS.Timeout | undefined
}

/** Who is connected: so many at a time, and each only as long as it does in time what it is to do. */
export class Clients {
  readonly #limits: MetricsLimits
  /** Those who wait for nothing, the oldest first, then those who are answered. */
  readonly #clients = new Map<string, Client>()

  /** Nobody yet. */
  constructor(limits: MetricsLimits) {
    this.#limits = limits
  }

  /** One comes, and has not said what it wants. Where there are too many, who has waited for nothing longest goes. */
  add(socket: Socket): void {
    const client: Client = { socket, answers: 0, timer: undefined }
    const remote = remoteOf(socket)
    this.#clients.set(remote, client)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      clearTimeout(client.timer)
      this.#clients.delete(remote)
    })
    this.#within(client, this.#limits.requestMs)
    if (this.#clients.size > this.#limits.connections) this.#dropOne()
  }

  /** One has asked something, by its connection or by the TLS on it. Returns what is to be called when it has been answered. */
  asks(socket: Socket): () => void {
    const remote = remoteOf(socket)
    const client = this.#clients.get(remote)
    if (client === undefined) return () => undefined
    client.answers++
    this.#within(client, this.#limits.answerMs)
    return () => {
      client.answers--
      if (client.answers > 0 || client.socket.destroyed) return
      // Behind those who have waited longer.
      this.#clients.delete(remote)
      this.#clients.set(remote, client)
      this.#within(client, this.#limits.idleMs)
    }
  }

  /** The answer to one has no end: it is not waited for. */
  lasts(socket: Socket): void {
    clearTimeout(this.#clients.get(remoteOf(socket))?.timer)
  }

  /** All go. */
  end(): void {
    for (const { socket } of this.#clients.values()) socket.destroy()
  }

  #within(client: Client, ms: number): void {
    clearTimeout(client.timer)
    client.timer = setTimeout(() => client.socket.destroy(), ms)
  }

  #dropOne(): void {
    const all = [...this.#clients.values()]
    const idle = all.find(({ answers }) => answers === 0)
    idle?.socket.destroy()
  }
}

const remoteOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
