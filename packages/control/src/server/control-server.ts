import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { callback, checkOptions, object, required, type Timers, text } from '@lunkit/wire'
import type { FastifyInstance } from 'fastify'
import type { ControlService, Peer, TokenHolder } from '../control-service.ts'
import { type ControlLimits, controlLimits, LIMITS } from '../limits.ts'
import { routes } from '../methods/routes.ts'
import { ControlSocket, type ControlSocketOptions, SOCKET_OPTIONS } from '../socket/control-socket.ts'
import type { TlsListener } from '../tls/tls-listener.ts'
import type { ControlNotice } from './control-notice.ts'
import { give } from './given-server.ts'
import { httpRoutes } from './http-routes.ts'
import { MethodCalls } from './method-calls.ts'

/** What a control server is made of: a socket of its own, or one that is there. */
export type ControlServerOptions = ServerParts & (OwnSocket | { readonly socket: ControlSocket })

/** What is needed to make the socket. */
type OwnSocket = Omit<ControlSocketOptions, 'warn' | 'connections'> & { readonly socket?: undefined }

interface ServerParts {
  readonly service: ControlService
  /** The daemon's version, for the OpenAPI document. */
  readonly version: string
  /** Is told warnings, bugs, and for the audit log every call. */
  readonly tell: (notice: ControlNotice) => void
  /** Who is behind a connection to the socket: SO_PEERCRED, which Node has no call for. Without it nobody knows. */
  readonly peerOf?: (socket: Socket) => Peer | undefined
  readonly timers?: Timers
  /** Where it is called by TLS too. */
  readonly tls?: TlsListener
  /** Other limits than {@link controlLimits}. */
  readonly limits?: Partial<ControlLimits>
}

const isService = (value: object): boolean =>
  Object.keys(routes).every(name => typeof (value as Record<string, unknown>)[name] === 'function')
const isTimers = (value: object): boolean => typeof (value as Partial<Timers>).after === 'function'

/** A class of its own would have TLS loaded by those who do not use it. */
const isTlsListener = (value: object): boolean => typeof (value as Partial<TlsListener>).giveTo === 'function'

const OPTIONS = {
  service: required(object('a function for each method', isService)),
  version: required(text()),
  tell: required(callback),
  peerOf: callback,
  timers: object('timers: { after }', isTimers),
  tls: object('a TlsListener', isTlsListener),
  limits: object(),
}
const OF_SOCKET = { socket: object('a ControlSocket', value => value instanceof ControlSocket) }

/** What is right depends on whether there is a socket. */
const rightOf = ({ socket }: { readonly socket?: unknown }) => ({
  ...OPTIONS,
  ...(socket === undefined ? SOCKET_OPTIONS : OF_SOCKET),
})

const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

/** The daemon's end of the control API: HTTP on a unix socket, and by TLS where that is asked for, and behind it a service. */
export class ControlServer {
  /** The path of its socket. */
  readonly path: string
  /** Whether nobody but the owner of the socket can connect. */
  readonly ownerOnly: boolean
  readonly #socket: ControlSocket
  readonly #app: FastifyInstance
  readonly #calls: MethodCalls
  readonly #closeMs: number
  readonly #tls: TlsListener | undefined
  #closed: Promise<void> | undefined

  private constructor(
    socket: ControlSocket,
    parts: {
      readonly app: FastifyInstance
      readonly calls: MethodCalls
      readonly closeMs: number
      readonly tls: TlsListener | undefined
    },
  ) {
    this.path = socket.path
    this.ownerOnly = socket.ownerOnly
    this.#socket = socket
    this.#app = parts.app
    this.#calls = parts.calls
    this.#closeMs = parts.closeMs
    this.#tls = parts.tls
  }

  /**
   * Makes the socket, 0660 for its group or 0600 where there is none, and serves; or serves at one that is there.
   * @throws {TypeError} or {RangeError} for a wrong option. {ControlSocketError} where somebody listens there, or the socket
   * cannot be made.
   */
  static async open(options: ControlServerOptions): Promise<ControlServer> {
    checkOptions('ControlServer.open', options, rightOf(Object(options)))
    checkOptions('ControlServer.open: limits', options.limits ?? {}, LIMITS)
    const limits = { ...controlLimits, ...options.limits }
    const socket = options.socket ?? (await socketOf(options))
    try {
      const { app, calls, holders } = await served({ ...options, limits, socket })
      socket.giveTo(connection => give(app.server, connection))
      options.tls?.giveTo(({ request, response, holder }) => {
        holders.set(request, holder)
        app.server.emit('request', request, response)
      })
      return new ControlServer(socket, { app, calls, closeMs: limits.closeMs, tls: options.tls })
    } catch (error) {
      await Promise.all([socket.close(), options.tls?.close()])
      throw error
    }
  }

  /** How many clients are connected. */
  get connections(): Promise<number> {
    return this.#socket.connections
  }

  /** Takes no more, ends streams of events, lets requests that run end, and removes the socket. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const { server } = this.#app
    this.#calls.end()
    const gone = Promise.all([this.#socket.close(), this.#tls?.close()])
    // It listens nowhere, so that it says that it does not run; it looks for slow requests no more then.
    server.close(() => undefined)
    server.closeIdleConnections()
    const cutOff = setTimeout(() => server.closeAllConnections(), this.#closeMs)
    await gone
    clearTimeout(cutOff)
    await this.#app.close()
  }
}

/** A socket of the server's own. */
function socketOf({ path, group, groupFile, limits, tell }: ServerParts & OwnSocket): Promise<ControlSocket> {
  const warn = (warning: string): void => tell({ kind: 'warning', text: warning })
  return ControlSocket.open({
    path,
    ...(group !== undefined && { group }),
    ...(groupFile !== undefined && { groupFile }),
    ...(limits?.connections !== undefined && { connections: limits.connections }),
    warn,
  })
}

interface Serving extends ServerParts {
  readonly limits: ControlLimits
  readonly socket: ControlSocket
}

/** The routes, and what they call. */
async function served({ service, tell, version, peerOf = () => undefined, ...rest }: Serving) {
  const holders = new WeakMap<IncomingMessage, TokenHolder>()
  const { limits, socket, timers = systemTimers } = rest
  const calls = new MethodCalls({ service, tell, timers, limits, ownerOnly: socket.ownerOnly })
  const failed = (error: unknown): void => tell({ kind: 'failure', method: undefined, error })
  const app = await httpRoutes({
    calls,
    limits,
    version,
    peerOf: ({ raw }) => holders.get(raw) ?? peerOf(raw.socket),
    failed,
  })
  return { app, calls, holders }
}
