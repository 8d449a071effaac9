import type { Socket } from 'node:net'
import { callback, checkOptions, object, required, type Timers, text, wholeNumber } from '@lunkit/wire'
import type { FastifyInstance } from 'fastify'
import type { ControlService, Peer } from '../control-service.ts'
import { controlLimits } from '../limits.ts'
import { routes } from '../methods/routes.ts'
import type { ControlNotice } from './control-notice.ts'
import { listenAt } from './control-socket.ts'
import { groupId } from './group-id.ts'
import { httpRoutes } from './http-routes.ts'
import { type ControlLimits, MethodCalls } from './method-calls.ts'

/** What a control server is made of. */
export interface ControlServerOptions {
  /** The path of the unix socket; one that nobody listens at any more is replaced. */
  readonly path: string
  readonly service: ControlService
  /** The daemon's version, for the OpenAPI document. */
  readonly version: string
  /** Is told warnings, bugs, and for the audit log every call. */
  readonly tell: (notice: ControlNotice) => void
  /** Who is behind a connection: SO_PEERCRED, which Node has no call for. Without it nobody knows. */
  readonly peerOf?: (socket: Socket) => Peer | undefined
  /** The group whose members may manage the daemon: `lunkit`. */
  readonly group?: string
  /** Where groups are: `/etc/group`. */
  readonly groupFile?: string
  readonly timers?: Timers
  /** Other limits than {@link controlLimits}. */
  readonly limits?: Partial<ControlLimits>
}

const isService = (value: object): boolean =>
  Object.keys(routes).every(name => typeof (value as Record<string, unknown>)[name] === 'function')
const isTimers = (value: object): boolean => typeof (value as Partial<Timers>).after === 'function'

const PATH = text(
  'a path of at most 107 bytes',
  value => value !== '' && !value.includes('\0') && Buffer.byteLength(value) < 108,
)
const OPTIONS = {
  path: required(PATH),
  service: required(object('a function for each method', isService)),
  version: required(text()),
  tell: required(callback),
  peerOf: callback,
  group: text('the name of a group', value => /^[^:\n]+$/.test(value)),
  groupFile: text('a path', value => value !== '' && !value.includes('\0')),
  timers: object('timers: { after }', isTimers),
  limits: object(),
}
const LIMIT = wholeNumber(1, 2 ** 31 - 1)
const LIMITS = Object.fromEntries(Object.keys(controlLimits).map(name => [name, LIMIT]))

const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

/** The daemon's end of the control API: HTTP on a unix socket, and behind it a service. */
export class ControlServer {
  /** The path of its socket. */
  readonly path: string
  /** Whether nobody but the owner of the socket can connect. */
  readonly ownerOnly: boolean
  readonly #app: FastifyInstance
  readonly #calls: MethodCalls
  readonly #closeMs: number
  #closed: Promise<void> | undefined

  private constructor(
    options: { readonly path: string; readonly ownerOnly: boolean },
    parts: { readonly app: FastifyInstance; readonly calls: MethodCalls; readonly closeMs: number },
  ) {
    this.path = options.path
    this.ownerOnly = options.ownerOnly
    this.#app = parts.app
    this.#calls = parts.calls
    this.#closeMs = parts.closeMs
  }

  /**
   * Makes the socket, 0660 for its group or 0600 where there is none, and serves.
   * @throws {TypeError} or {RangeError} for a wrong option. {ControlSocketError} where somebody listens there, or the socket
   * cannot be made.
   */
  static async open(options: ControlServerOptions): Promise<ControlServer> {
    checkOptions('ControlServer.open', options, OPTIONS)
    checkOptions('ControlServer.open: limits', options.limits ?? {}, LIMITS)
    const { path, service, version, tell, peerOf = () => undefined, timers = systemTimers } = options
    const limits = { ...controlLimits, ...options.limits }
    let ownerOnly = true
    const calls = new MethodCalls({ service, tell, timers, limits, ownerOnly: () => ownerOnly })
    const failed = (error: unknown): void => tell({ kind: 'failure', method: undefined, error })
    const app = await httpRoutes({ calls, limits, version, peerOf: request => peerOf(request.raw.socket), failed })
    const warn = (message: string): void => tell({ kind: 'warning', text: message })
    try {
      ;({ ownerOnly } = await listenAt(app.server, { path, group: groupOf(options, warn), warn }))
    } catch (error) {
      await app.close()
      throw error
    }
    return new ControlServer({ path, ownerOnly }, { app, calls, closeMs: limits.closeMs })
  }

  /** How many clients are connected. */
  get connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
    })
  }

  /** Takes no more, ends streams of events, lets requests that run end, and removes the socket. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const { server } = this.#app
    this.#calls.end()
    const gone = new Promise<void>(resolve => server.close(() => resolve()))
    server.closeIdleConnections()
    const cutOff = setTimeout(() => server.closeAllConnections(), this.#closeMs)
    await gone
    clearTimeout(cutOff)
    await this.#app.close()
  }
}

function groupOf(
  { group = 'lunkit', groupFile, path }: ControlServerOptions,
  warn: (text: string) => void,
): number | undefined {
  const id = groupId(group, groupFile)
  if (id === undefined) warn(`there is no group ${group}: only the owner of ${path} may manage lunkitd`)
  return id
}
