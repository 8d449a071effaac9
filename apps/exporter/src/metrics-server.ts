import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CONTENT_TYPES } from './exposition/exposition.ts'
import { formatFor } from './exposition/format.ts'
import type { Scraper } from './scraper.ts'

/** Where the exporter listens. */
export interface ListenAddress {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
}

/** What is answered. */
interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What clients are allowed: what they send is short, and soon there. */
const LIMITS = { maxHeaderSize: 8192, headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000 }
const CONNECTIONS = 64
const KEEP_ALIVE_MS = 65_000

const plain = (status: number, line: string, headers: Readonly<Record<string, string>> = {}): Answer => {
  return { status, type: 'text/plain; charset=utf-8', body: `${line}\n`, headers }
}

type Page = (scraper: Scraper, accept: string) => Promise<Answer>

const PAGES: Readonly<Record<string, Page>> = {
  '/metrics': async (scraper, accept) => {
    const format = formatFor(accept)
    return { status: 200, type: CONTENT_TYPES[format], body: await scraper.text(format) }
  },
  '/-/healthy': async () => plain(200, 'lunkit-exporter is healthy'),
  '/-/ready': async scraper =>
    (await scraper.isUp()) ? plain(200, 'lunkitd answers') : plain(503, 'lunkitd does not answer'),
}

/** Serves metrics by HTTP. */
export class MetricsServer {
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  /** Listens. Rejects with the error of the system where it cannot. */
  static async open(address: ListenAddress, scraper: Scraper): Promise<MetricsServer> {
    const server = createServer({ ...LIMITS, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
      void answerTo(request, scraper).then(answer => send(request, response, answer))
    })
    server.maxConnections = CONNECTIONS
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(address.port, address.host, resolve)
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

async function answerTo({ method = '', url = '', headers }: IncomingMessage, scraper: Scraper): Promise<Answer> {
  const path = url.split('?')[0] ?? ''
  const page = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined
  if (page === undefined) return plain(404, `there is ${Object.keys(PAGES).join(', ')}`)
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'right is GET', { allow: 'GET, HEAD' })
  return page(scraper, headers.accept ?? '')
}

function send({ method }: IncomingMessage, response: ServerResponse, { status, type, body, headers }: Answer): void {
  const bytes = Buffer.from(body)
  // What else a client sends is not read.
  const closes = status === 200 ? {} : { connection: 'close' }
  response.writeHead(status, {
    'content-type': type,
    'content-length': bytes.length,
    'cache-control': 'no-store',
    ...headers,
    ...closes,
  })
  response.end(method === 'HEAD' ? undefined : bytes)
}
