import { once } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import type { Http2Server } from 'node:http2'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import type { MetricsLimits } from '../limits.ts'
import { isWelcome } from '../web/client-certificate.ts'
import type { WebConfig, WebTls } from '../web/web-config.ts'
import type { WebConfigFile } from '../web/web-config-file.ts'
import type { Clients } from './clients.ts'

/** What is behind a front. */
export interface FrontParts {
  readonly http: HttpServer
  /** For those who chose it in their handshake of TLS. */
  readonly http2: Http2Server
  readonly clients: Clients
  readonly limits: MetricsLimits
  /** Where it says how TLS is spoken: for each client anew. Undefined: TLS is not spoken. */
  readonly web: WebConfigFile | undefined
}

/** Where clients come: it takes their connections, by TLS where it is to be, and gives them to HTTP. */
export class Front {
  readonly #server: Server
  readonly #parts: FrontParts
  /** What speaks TLS as a configuration says. */
  readonly #tls = new WeakMap<WebConfig, TlsServer>()

  private constructor(server: Server, parts: FrontParts) {
    this.#server = server
    this.#parts = parts
    server.on('connection', (socket: Socket) => this.#come(socket))
  }

  /** Listens. Rejects with the error of the system where it cannot. */
  static async open(
    { host, port }: { readonly host: string; readonly port: number },
    parts: FrontParts,
  ): Promise<Front> {
    const server = createServer()
    server.listen({ host, port })
    await once(server, 'listening')
    return new Front(server, parts)
  }

  /** Where it listens: HOST:PORT. */
  get address(): string {
    const { address, family, port } = this.#server.address() as AddressInfo
    return `${family === 'IPv6' ? `[${address}]` : address}:${port}`
  }

  /** Takes no more, and ends all. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#parts.clients.end()
    await closed
  }

  #come(socket: Socket): void {
    const { clients, http, web } = this.#parts
    clients.add(socket)
    if (web === undefined) http.emit('connection', socket)
    else
      web.current().then(
        config => this.#handshake(socket, config),
        () => socket.destroy(),
      )
  }

  /** TLS is not turned on or off while it listens: who expects one would be told in the other. */
  #handshake(socket: Socket, config: WebConfig): void {
    if (config.tls === undefined || socket.destroyed) {
      socket.destroy()
      return
    }
    const tls = this.#tls.get(config) ?? this.#tlsServer(config.tls)
    this.#tls.set(config, tls)
    tls.emit('connection', socket)
  }

  #tlsServer(web: WebTls): TlsServer {
    const server = createTlsServer({ ...web.options, handshakeTimeout: this.#parts.limits.requestMs })
    server.on('tlsClientError', (_error, socket: TLSSocket) => socket.destroy())
    server.on('secureConnection', (socket: TLSSocket) => this.#speak(socket, web))
    return server
  }

  #speak(socket: TLSSocket, web: WebTls): void {
    socket.on('error', () => socket.destroy())
    const { http, http2 } = this.#parts
    if (isWelcome(socket, web)) (socket.alpnProtocol === 'h2' ? http2 : http).emit('connection', socket)
    else socket.destroy()
  }
}
