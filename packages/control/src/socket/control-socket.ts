import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { callback, checkOptions, type OptionDomains, object, required, text } from '@lunkit/wire'
import { type ControlLimits, controlLimits, LIMITS } from '../limits.ts'
import { groupId } from './group-id.ts'
import { listenAt } from './listening.ts'

/** What a control socket is made of. */
export interface ControlSocketOptions {
  /** The path of the unix socket; one that nobody listens at any more is replaced. */
  readonly path: string
  /** The group whose members may manage the daemon: `lunkit`. */
  readonly group?: string
  /** Where groups are: `/etc/group`. */
  readonly groupFile?: string
  /** Other limits than {@link controlLimits}. */
  readonly limits?: Partial<ControlLimits>
  /** Is told what is not as it should be. */
  readonly warn: (text: string) => void
}

/** What each of them may be, but for `warn`. */
export const SOCKET_OPTIONS: OptionDomains = {
  path: required(
    text(
      'a path of at most 107 bytes',
      value => value !== '' && !value.includes('\0') && Buffer.byteLength(value) < 108,
    ),
  ),
  group: text('the name of a group', value => /^[^:\n]+$/.test(value)),
  groupFile: text('a path', value => value !== '' && !value.includes('\0')),
  limits: object(),
}
/** Milliseconds between looks for requests that come too slowly. */
const LOOK_EVERY_MS = 1000
const OPTIONS: OptionDomains = { ...SOCKET_OPTIONS, warn: required(callback) }

/** What answers requests. */
type Handler = (request: IncomingMessage, response: ServerResponse) => void

/**
 * The socket of a daemon, and HTTP on it, before there is anything that answers: requests wait for that. What answers takes some time
 * and memory to load, which a daemon that nobody asks anything need not spend.
 */
export class ControlSocket {
  readonly path: string
  /** Whether nobody but its owner can connect. */
  readonly ownerOnly: boolean
  /** Resolves when somebody has connected. */
  readonly called: Promise<void>
  /** @internal */
  readonly server: Server
  readonly #requests: WaitingRequests

  private constructor({ path, ownerOnly }: { readonly path: string; readonly ownerOnly: boolean }, server: Server) {
    this.path = path
    this.ownerOnly = ownerOnly
    this.server = server
    this.#requests = new WaitingRequests(server)
    this.called = once(server, 'connection').then(() => undefined)
  }

  /**
   * Makes the socket, 0660 for its group or 0600 where there is none.
   * @throws {TypeError} or {RangeError} for a wrong option. {ControlSocketError} where somebody listens there, or it cannot be made.
   */
  static async open(options: ControlSocketOptions): Promise<ControlSocket> {
    checkOptions('ControlSocket.open', options, OPTIONS)
    checkOptions('ControlSocket.open: limits', options.limits ?? {}, LIMITS)
    const { path, warn } = options
    const server = serverOf({ ...controlLimits, ...options.limits })
    const { ownerOnly } = await listenAt(server, { path, group: groupOf(options), warn })
    return new ControlSocket({ path, ownerOnly }, server)
  }

  /** @internal has requests answered, those that wait too */
  answerWith(handler: Handler): Server {
    this.#requests.answerWith(handler)
    return this.server
  }

  /** Takes the socket away, and cuts off whoever is connected; a server that has it ends in better order. */
  async close(): Promise<void> {
    if (!this.server.listening) return
    const closed = once(this.server, 'close')
    this.server.close()
    this.server.closeAllConnections()
    await closed
  }
}

/** The requests of a server that nobody answers yet. */
class WaitingRequests {
  #waiting: Parameters<Handler>[] = []
  #handler: Handler = (...request) => void this.#waiting.push(request)

  constructor(server: Server) {
    server.on('request', (request, response) => this.#handler(request, response))
  }

  answerWith(handler: Handler): void {
    this.#handler = handler
    for (const request of this.#waiting.splice(0)) handler(...request)
  }
}

function serverOf({ headerBytes, requestMs, idleMs, connections }: ControlLimits): Server {
  const server = createServer({
    maxHeaderSize: headerBytes,
    headersTimeout: requestMs,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    connectionsCheckingInterval: Math.min(LOOK_EVERY_MS, requestMs),
  })
  server.maxConnections = connections
  return server
}

function groupOf({ group = 'lunkit', groupFile, path, warn }: ControlSocketOptions): number | undefined {
  const id = groupId(group, groupFile)
  if (id === undefined) warn(`there is no group ${group}: only the owner of ${path} may manage lunkitd`)
  return id
}
