import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { callback, checkOptions, object, required, text, wholeNumber } from '@lunkit/wire'
import { Exposition } from '../exposition/exposition.ts'
import { InitiatorBound } from '../exposition/initiator-bound.ts'
import { metricsLimits } from '../limits.ts'
import type { MetricsSource } from './metrics-source.ts'
import { type Answer, answerTo } from './pages.ts'
import { Scraper } from './scraper.ts'

/** Where metrics are served, and what they come from. */
export interface MetricsServerOptions {
  /** An address, or a name of one. */
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly source: MetricsSource
  /** How many initiators are told by name, {@link metricsLimits} unless it is said. */
  readonly initiators?: number
}

const MOST_PORT = 65_535
const MOST_INITIATORS = 100_000
const HEADER_BYTES = 8192
const CHECKING_MS = 1000
const KEEP_ALIVE_MS = 65_000

const SOURCE = ['read', 'isReady', 'isHealthy'] as const
const OPTIONS = {
  host: required(text('an address', value => value !== '')),
  port: required(wholeNumber(0, MOST_PORT)),
  source: required(
    object('a source of metrics', source =>
      SOURCE.every(name => typeof (source as Partial<MetricsSource>)[name] === callback.type),
    ),
  ),
  initiators: wholeNumber(0, MOST_INITIATORS),
}

/** Serves metrics by HTTP: `/metrics`, `/-/healthy` and `/-/ready`. */
export class MetricsServer {
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  /**
   * Listens.
   * @throws {TypeError} or {RangeError} for a wrong option, or the error of the system where it cannot listen.
   */
  static async open(options: MetricsServerOptions): Promise<MetricsServer> {
    checkOptions('MetricsServer.open', options, OPTIONS)
    const { host, port, source, initiators = metricsLimits.initiators } = options
    const pages = { source, scraper: new Scraper(source, new Exposition(new InitiatorBound(initiators))) }
    const server = createServer(HTTP, (request, response) => {
      void answerTo(request, pages).then(answer => send(request, response, answer))
    })
    server.maxConnections = metricsLimits.connections
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
    return new MetricsServer(server)
  }

  /** Where the metrics are. */
  get url(): string {
    const { address, family, port } = this.#server.address() as AddressInfo
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`
  }

  /** Takes no more, and ends what is under way. */
  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }
}

/** What clients are allowed: what they send is short, and soon there. */
const HTTP = {
  maxHeaderSize: HEADER_BYTES,
  headersTimeout: metricsLimits.requestMs,
  requestTimeout: metricsLimits.requestMs,
  connectionsCheckingInterval: CHECKING_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
}

function send({ method }: IncomingMessage, response: ServerResponse, { status, type, body, headers }: Answer): void {
  // What else a client sends is not read.
  const closes = status === 200 ? {} : { connection: 'close' }
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-store',
    ...headers,
    ...closes,
  })
  response.end(method === 'HEAD' ? undefined : body)
}
