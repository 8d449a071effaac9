import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { duplicateDescriptor } from 'lunkit'

const JSON_TYPE = 'application/json; charset=utf-8'
const STATUS_PATH = '/v1/status'
const OK = 200
const BUSY = 503

/** What a stand-in tells. */
export interface StandInOptions {
  /** The control socket: the descriptor of the protocol thread. */
  readonly descriptor: number
  /** What `status` answered last, without health; undefined: that is not known. */
  readonly lastStatus: () => object | undefined
  /** For how long the protocol thread has stood still. */
  readonly forMs: () => number
}

/**
 * Answers at the control socket while the protocol thread stands still, which has that socket: `status` says so, all else is refused for
 * now. The listening socket is shared by a descriptor of our own, so that closing it takes nothing away.
 */
export class StandIn {
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  /** Undefined where the C library cannot be called: then nobody answers until the protocol thread goes on. */
  static open(options: StandInOptions): StandIn | undefined {
    const fd = duplicateDescriptor(options.descriptor)
    if (fd === undefined) return undefined
    const server = createServer((request, response) => answer(options, request, response))
    server.on('error', () => server.close())
    server.listen({ fd })
    return new StandIn(server)
  }

  /** Leaves the socket to the protocol thread. */
  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

function answer({ lastStatus, forMs }: StandInOptions, request: IncomingMessage, response: ServerResponse): void {
  const wrong = `its protocol thread has stood still for ${(forMs() / 1000).toFixed(1)} s: no initiator is answered`
  const remedy =
    'wait, or see what it does (its log; top -H) and start it again; systemd does where WatchdogSec= is set'
  const status = request.url?.split('?')[0] === STATUS_PATH ? lastStatus() : undefined
  const fault = { kind: 'busy', what: `lunkitd does not go on: ${wrong}`, where: '', right: remedy, nearest: null }
  const told = status ? { ...status, health: 'failed', troubles: [{ path: '', wrong, remedy }] } : { error: fault }
  response.writeHead(status ? OK : BUSY, { 'content-type': JSON_TYPE, connection: 'close' })
  response.end(`${JSON.stringify(told)}\n`)
}
