import type { Socket } from 'node:net'
import type { MetricsLimits } from '../limits.ts'

/** A client that is connected. */
interface Client {
  readonly socket: Socket
  /** How many of its requests are being answered: by HTTP/2 several at a time. */
  answers: number
  /** Until when it has to ask something. */
  timer: NodeJS.Timeout | undefined
}

/** A request that is being answered. */
export interface Asking {
  /** The answer has no end: it is not waited for. */
  lasts(): void
  /** It has been answered. To be called once. */
  ends(): void
}

const NOBODY: Asking = { lasts: () => undefined, ends: () => undefined }

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

  /** One has asked something, by its connection or by what is spoken on it. */
  asks(socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): Asking {
    const client = this.#clients.get(remoteOf(socket))
    if (client === undefined) return NOBODY
    client.answers++
    clearTimeout(client.timer)
    const timer = setTimeout(() => client.socket.destroy(), this.#limits.answerMs)
    const lasts = () => clearTimeout(timer)
    return {
      lasts,
      ends: () => {
        lasts()
        client.answers--
        if (client.answers === 0 && !client.socket.destroyed) this.#waits(client)
      },
    }
  }

  /** All go. */
  end(): void {
    for (const { socket } of this.#clients.values()) socket.destroy()
  }

  /** Behind those who have waited longer. */
  #waits(client: Client): void {
    const remote = remoteOf(client.socket)
    this.#clients.delete(remote)
    this.#clients.set(remote, client)
    this.#within(client, this.#limits.idleMs)
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

const remoteOf = ({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string =>
  `${remoteAddress} ${remotePort}`
