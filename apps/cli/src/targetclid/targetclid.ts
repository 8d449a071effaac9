import type { Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import type { ControlSocketError } from '@lunkit/control/socket'
import { Refusal } from '../refusal.ts'
import type { Shell } from '../shell/shell.ts'
import { answerOf, framed } from './answer.ts'

/** What a client sends when it has its answer. */
const END = '-END@OF@DATA-'
/** As much as targetclid reads of a request. */
const MOST_REQUEST_BYTES = 65_535

/**
 * The socket of targetclid, at which targetcli finds its daemon where `auto_use_daemon` is set, in front of lunkitd: each request is
 * lines with `%` between them, answered with what they print. All clients share one shell, as those of targetclid do: an interactive
 * targetcli connects anew for each line, and finds itself where it was.
 */
export class Targetclid {
  readonly #server: Server
  readonly #clients = new Set<Socket>()
  readonly #shell: Shell
  /** One request after another. */
  #turn: Promise<void> = Promise.resolve()

  private constructor(shell: Shell) {
    this.#shell = shell
    this.#server = createServer(client => this.#serve(client))
  }

  /**
   * Listens at a path, 0600, since whoever may connect may change everything; a socket at which nobody listens any more is replaced.
   * @throws {Refusal} where somebody does, or it cannot be made.
   */
  static async open(path: string, shell: Shell): Promise<Targetclid> {
    const targetclid = new Targetclid(shell)
    const { ControlSocketError, listenAt } = await import('@lunkit/control/socket')
    try {
      await listenAt(targetclid.#server, { path, group: undefined, warn: () => {} })
    } catch (error) {
      throw error instanceof ControlSocketError ? notListening(path, error) : error
    }
    return targetclid
  }

  /** Takes the socket away, and cuts off whoever is connected. */
  async close(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve))
    for (const client of this.#clients) client.destroy()
    await closed
  }

  #serve(client: Socket): void {
    this.#clients.add(client)
    client.on('close', () => this.#clients.delete(client))
    // A client that goes away without its answer is no failure of ours.
    client.on('error', () => client.destroy())
    client.on('data', data => this.#heard(client, data))
  }

  /** A request has no end but that of what was sent at once. */
  #heard(client: Socket, data: Buffer): void {
    const request = data.toString()
    if (request.includes(END)) client.end()
    else if (data.length > MOST_REQUEST_BYTES) client.destroy()
    else this.#turn = this.#turn.then(() => this.#answer(client, request))
  }

  async #answer(client: Socket, request: string): Promise<void> {
    const answer = await answerOf(request, this.#shell)
    if (!client.destroyed) client.write(framed(answer))
  }
}

const notListening = (path: string, error: ControlSocketError): Refusal =>
  error.inUse
    ? new Refusal(`Cannot listen at ${path}: another program does, or it is no socket`, {
        explanation: 'Right is another path, or to stop targetclid: systemctl stop targetclid.socket targetclid.',
      })
    : new Refusal(`Cannot listen at ${path}: it ${error.what}`)
