import { constants } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import { callback, checkOptions, object, required, text, wholeNumber } from '@lunkit/wire'
import { type ControlLimits, controlLimits, LIMITS } from '../limits.ts'
import { ControlTlsError } from './control-tls-error.ts'
import { StrangerGate } from './stranger-gate.ts'
import { StrangerFate, type StrangerNotice } from './stranger-notice.ts'
import { readTlsFiles, type TlsFiles, type TlsPaths } from './tls-files.ts'
import { type KnownRequest, TokenDoor } from './token-door.ts'

/** Where a listener is, and what it is made of. */
export interface TlsListenerOptions extends TlsPaths {
  /** The address that it listens at. */
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  /** Is told of everybody who comes and shows no token. */
  readonly tell: (notice: StrangerNotice) => void
  /** Is told what is not as it should be. */
  readonly warn: (text: string) => void
  /** Other limits than {@link controlLimits}. */
  readonly limits?: Partial<ControlLimits>
}

const PATH = required(text('a path', value => value !== '' && !value.includes('\0')))
const OPTIONS = {
  host: required(text('an address', value => value !== '')),
  port: required(wholeNumber(0, 65_535)),
  certificate: PATH,
  key: PATH,
  tokens: PATH,
  tell: required(callback),
  warn: required(callback),
  limits: object(),
}

const MOST_AT_ONCE = 'too many come at once'

/** How an address and a port are written. */
const placeOf = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)
const remoteOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string => placeOf(remoteAddress, remotePort)

/**
 * Where a daemon is called by TLS: who shows a token that is known has its requests taken, and costs no more than a handshake
 * otherwise.
 */
export class TlsListener {
  /** The address and port that it listens at. */
  readonly address: string
  /** Resolves when somebody who is known has asked something. */
  readonly called: Promise<void>
  /** How often each came of one who has shown no token. */
  readonly strangers: Readonly<Record<StrangerFate, number>>
  readonly #options: TlsListenerOptions
  readonly #server: Server
  readonly #tls: TlsServer
  readonly #door: TokenDoor
  readonly #gate = new StrangerGate()
  readonly #limits: ControlLimits
  /** Who has shown no token yet, by where he comes from, the oldest first. */
  readonly #unknown = new Map<string, Socket>()
  readonly #counts: Record<StrangerFate, number> = { turnedAway: 0, noHandshake: 0, noRequest: 0, noToken: 0 }
  readonly #waiting: KnownRequest[] = []
  #take: (known: KnownRequest) => void = known => void this.#waiting.push(known)

  private constructor(options: TlsListenerOptions, files: TlsFiles, server: Server) {
    const { port } = server.address() as { readonly port: number }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.address = placeOf(options.host, port)
    this.called = promise
    this.strangers = this.#counts
    this.#options = options
    this.#server = server
    this.#limits = { ...controlLimits, ...options.limits }
    this.#door = new TokenDoor({
      limits: this.#limits,
      tokens: files.tokens,
      known: socket => this.#known(socket),
      take: known => {
        resolve()
        this.#take(known)
      },
      tell: (socket, fate, why) => this.#count(fate, remoteOf(socket), why),
    })
    this.#tls = this.#tlsServer(files)
    server.maxConnections = this.#limits.connections
    server.on('connection', (socket: Socket) => this.#come(socket))
    server.on('drop', drop =>
      this.#count(StrangerFate.turnedAway, placeOf(drop?.remoteAddress ?? '', drop?.remotePort ?? 0), MOST_AT_ONCE),
    )
  }

  /**
   * Reads the files, and listens; TLS 1.2 or newer.
   * @throws {TypeError} or {RangeError} for a wrong option. {ControlTlsError} for a file that cannot be used, or where it cannot listen.
   */
  static async open(options: TlsListenerOptions): Promise<TlsListener> {
    checkOptions('TlsListener.open', options, OPTIONS)
    checkOptions('TlsListener.open: limits', options.limits ?? {}, LIMITS)
    const files = await readTlsFiles(options)
    const server = createServer()
    await listen(server, options)
    for (const warning of files.warnings) options.warn(warning)
    return new TlsListener(options, files, server)
  }

  /** @internal has requests taken over, those that wait too */
  giveTo(take: (known: KnownRequest) => void): void {
    this.#take = take
    for (const known of this.#waiting.splice(0)) if (!known.response.destroyed) take(known)
  }

  /**
   * Reads the files again: who comes from now on is shown that certificate, and needs one of those tokens; who has used one that is there
   * no more is cut off.
   * @throws {ControlTlsError} for a file that cannot be used; nothing has changed then.
   */
  async reread(): Promise<void> {
    const files = await readTlsFiles(this.#options)
    this.#tls.setSecureContext({ cert: files.certificate, key: files.key, ...PROTOCOL })
    this.#door.know(files.tokens)
    for (const warning of files.warnings) this.#options.warn(warning)
  }

  /** Listens no more and cuts off strangers; resolves when requests that run have ended, or their time is over. */
  async close(): Promise<void> {
    for (const socket of this.#unknown.values()) socket.destroy()
    for (const { response } of this.#waiting.splice(0)) response.destroy()
    this.#door.end()
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    const cutOff = setTimeout(() => this.#door.cutOff(), this.#limits.closeMs)
    await closed
    clearTimeout(cutOff)
  }

  #tlsServer({ certificate, key }: TlsFiles): TlsServer {
    const handshake = { handshakeTimeout: this.#limits.strangerMs, ALPNProtocols: ['http/1.1'] }
    const tls = createTlsServer({ cert: certificate, key, ...PROTOCOL, ...handshake })
    tls.on('secureConnection', (socket: TLSSocket) => this.#door.give(socket, remoteOf(socket)))
    tls.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
      this.#count(StrangerFate.noHandshake, remoteOf(socket), error.code ?? 'it broke')
      socket.destroy()
    })
    return tls
  }

  #come(socket: Socket): void {
    const remote = remoteOf(socket)
    if (!this.#gate.admits(socket.remoteAddress ?? '')) {
      this.#count(StrangerFate.turnedAway, remote, MOST_AT_ONCE)
      socket.resetAndDestroy()
      return
    }
    socket.on('error', () => socket.destroy())
    this.#unknown.set(remote, socket)
    socket.once('close', () => this.#unknown.delete(remote))
    if (this.#unknown.size > this.#limits.strangers) this.#dropOldest()
    this.#tls.emit('connection', socket)
  }

  /** Else some who only wait would keep everybody out. */
  #dropOldest(): void {
    const [first] = this.#unknown
    if (first === undefined) return
    const [remote, socket] = first
    this.#unknown.delete(remote)
    this.#count(StrangerFate.turnedAway, remote, MOST_AT_ONCE)
    socket.destroy()
  }

  #known(socket: Socket): void {
    this.#unknown.delete(remoteOf(socket))
    this.#gate.wasNone(socket.remoteAddress ?? '')
  }

  #count(fate: StrangerFate, remote: string, why: string): void {
    this.#counts[fate]++
    this.#options.tell({ fate, remote, why })
  }
}

/** RFC 8996: nothing older than TLS 1.2; and no handshake but the first. */
const PROTOCOL = { minVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_RENEGOTIATION } as const

async function listen(server: Server, { host, port }: TlsListenerOptions): Promise<void> {
  const listening = once(server, 'listening')
  server.listen({ host, port })
  try {
    await listening
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const inUse = code === 'EADDRINUSE'
    const what = inUse ? 'is where another process listens' : `cannot be listened at: ${message}`
    throw new ControlTlsError(placeOf(host, port), what, { inUse, cause: error })
  }
}
