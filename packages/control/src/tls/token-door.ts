import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { ControlFault, FAULT_STATUS, FaultKind } from '../control-fault.ts'
import type { TokenHolder } from '../control-service.ts'
import type { ControlLimits } from '../limits.ts'
import { badBytes } from '../server/bad-request.ts'
import { JSON_TYPE, refuse, textOf } from '../server/fault-text.ts'
import { givenServer } from '../server/given-server.ts'
import { bearerOf } from './bearer.ts'
import { StrangerFate } from './stranger-notice.ts'
import type { TokenEntry } from './token-line.ts'
import type { TokenList } from './token-list.ts'

/** A request of somebody who is known. */
export interface KnownRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly holder: TokenHolder
}

/** Who is at the door, and what is told of him. */
export interface DoorOptions {
  readonly limits: ControlLimits
  readonly tokens: TokenList
  /** One on a connection has shown a token that is known: from its first request on he is no stranger. */
  readonly known: (socket: Socket) => void
  readonly take: (known: KnownRequest) => void
  readonly tell: (socket: Socket, fate: StrangerFate, why: string) => void
}

const NO_TOKEN = new ControlFault(FaultKind.unauthenticated, {
  what: 'there is no token that is known here',
  right: 'Authorization: Bearer and a token, of which lunkitd has the hash',
})
const TOO_MANY = new ControlFault(FaultKind.busy, {
  what: 'too many requests of this connection are not answered yet',
  right: 'to wait for their answers',
})

/** HTTP for those who come by TLS: without a token that is known a request gets no farther than its headers. */
export class TokenDoor {
  readonly #options: DoorOptions
  readonly #server: Server
  readonly #remotes = new WeakMap<Socket, string>()
  readonly #users = new Map<Socket, TokenEntry>()
  readonly #pending = new WeakMap<Socket, number>()
  /** Who was refused: what else came with that is not looked at. */
  readonly #refused = new WeakSet<Socket>()
  #tokens: TokenList

  constructor(options: DoorOptions) {
    this.#options = options
    this.#tokens = options.tokens
    const { limits } = options
    this.#server = givenServer(limits, (request, response) => this.#asked(request, response))
    this.#server.headersTimeout = Math.min(limits.strangerMs, limits.requestMs)
    this.#server.on('clientError', (error: Error, socket: Socket) => this.#noRequest(error, socket))
  }

  /** One has come from an address and port. */
  give(socket: Socket, remote: string): void {
    this.#remotes.set(socket, remote)
    this.#server.emit('connection', socket)
  }

  /** These are known from now on; who was known by one that is not is cut off. */
  know(tokens: TokenList): void {
    this.#tokens = tokens
    for (const [socket, entry] of this.#users) if (!tokens.has(entry)) socket.destroy()
  }

  /** Takes no more; who is being answered is let. */
  end(): void {
    // It listens nowhere, so that it says that it does not run; it looks for slow requests no more then.
    this.#server.close(() => undefined)
    this.#server.closeIdleConnections()
  }

  /** Cuts off who is being answered. */
  cutOff(): void {
    this.#server.closeAllConnections()
  }

  #asked(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    if (this.#refused.has(socket)) return
    const entry = this.#entryOf(request)
    if (entry === undefined) return this.#refuse(response, socket)
    const pending = (this.#pending.get(socket) ?? 0) + 1
    if (pending > this.#options.limits.pipelined) return this.#answer(response, TOO_MANY)
    this.#pending.set(socket, pending)
    response.once('close', () => this.#pending.set(socket, (this.#pending.get(socket) ?? 1) - 1))
    this.#use(socket, entry)
    const { name: token, role } = entry
    this.#options.take({ request, response, holder: { token, role, remote: this.#remotes.get(socket) ?? '' } })
  }

  #entryOf({ headers }: IncomingMessage): TokenEntry | undefined {
    const token = bearerOf(headers.authorization)
    return token === undefined ? undefined : this.#tokens.find(token)
  }

  #use(socket: Socket, entry: TokenEntry): void {
    if (!this.#users.has(socket)) {
      this.#options.known(socket)
      socket.once('close', () => this.#users.delete(socket))
    }
    this.#users.set(socket, entry)
  }

  #refuse(response: ServerResponse, socket: Socket): void {
    const hasSome = response.req.headers.authorization !== undefined
    this.#options.tell(socket, StrangerFate.noToken, hasSome ? 'its token is not known' : 'it has no token')
    this.#answer(response, NO_TOKEN)
  }

  /** Answers that it is not done, and closes. */
  #answer(response: ServerResponse, fault: ControlFault): void {
    this.#refused.add(response.req.socket)
    answer(response, fault)
  }

  /** Bytes that are no request, or come too slowly. */
  #noRequest(error: Error & { readonly code?: string }, socket: Socket): void {
    if (!this.#users.has(socket)) this.#options.tell(socket, StrangerFate.noRequest, error.code ?? 'it broke')
    refuse(socket, badBytes(error))
  }
}

function answer(response: ServerResponse, fault: ControlFault): void {
  const text = textOf(fault)
  response.writeHead(FAULT_STATUS[fault.kind], {
    'content-type': JSON_TYPE,
    'content-length': Buffer.byteLength(text),
    connection: 'close',
    ...(fault.kind === FaultKind.unauthenticated && { 'www-authenticate': 'Bearer realm="lunkitd"' }),
  })
  response.end(text)
}
