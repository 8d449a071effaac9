import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import {
  createServer as createServer2,
  type Http2Server,
  type Http2ServerRequest,
  Http2ServerResponse,
} from 'node:http2'
import { callback } from '@lunkit/wire'
import type { MetricsLimits } from '../limits.ts'
import type { Answer, AnswerSink } from './answer.ts'
import type { Clients } from './clients.ts'
import type { Door } from './door.ts'
import type { FurtherPages } from './further-pages.ts'
import { answerTo, type PageParts, plain } from './pages.ts'

/** What answers. */
export interface Answering {
  readonly pages: PageParts
  readonly further: FurtherPages | undefined
  readonly clients: Clients
  readonly door: Door
  readonly limits: MetricsLimits
}

/** What speaks with clients; they listen nowhere, but are given their connections. How long each may take says {@link Clients}. */
export interface HttpServers {
  readonly http: Server
  readonly http2: Http2Server
}

const HEADER_BYTES = 8192

/** Both answer the same, and are one when it is counted how many answers are under way. */
export function serversOf(answering: Answering): HttpServers {
  const answers = new Answers(answering)
  const { idleMs, connections } = answering.limits
  const options = { maxHeaderSize: HEADER_BYTES, headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: idleMs }
  // One connection may have what several could.
  const settings = { maxConcurrentStreams: connections, maxHeaderListSize: HEADER_BYTES, enablePush: false }
  return {
    http: createServer(options, (request, response) => answers.answer(request, response)),
    http2: createServer2({ settings }, (request, response) => answers.answer(request, response)),
  }
}

type Response = ServerResponse | Http2ServerResponse

/** What is being answered. */
class Answers {
  readonly #answering: Answering
  #underWay = 0

  constructor(answering: Answering) {
    this.#answering = answering
  }

  answer(request: IncomingMessage | Http2ServerRequest, response: Response): void {
    const { clients, door, limits } = this.#answering
    const asking = clients.asks(request.socket)
    const counted = this.#count()
    response.once('close', () => {
      counted()
      asking.ends()
    })
    const answer = this.#underWay > limits.answers ? BUSY : door.answer(request, () => this.#page(request))
    void Promise.resolve(answer).then(made => {
      // One without an end is no work that others wait for.
      if (isStream(made)) {
        counted()
        asking.lasts()
      }
      send(request.method, response, made)
    })
  }

  /** One more, until what is returned is called, however often. */
  #count(): () => void {
    let counts = 1
    this.#underWay++
    return () => {
      this.#underWay -= counts
      counts = 0
    }
  }

  #page(request: IncomingMessage | Http2ServerRequest): Promise<Answer> {
    const { further, pages } = this.#answering
    return further?.answer(request) ?? answerTo(request, pages)
  }
}

const isStream = ({ body }: Answer): boolean => typeof body === callback.type
const BUSY = plain(503, 'too many ask at once', { 'retry-after': '1' })

function send(method: string | undefined, response: Response, { status, type, body, headers }: Answer): void {
  const length = typeof body === 'function' ? {} : { 'content-length': body.length }
  const head = {
    'content-type': type,
    'cache-control': 'no-store',
    ...length,
    ...headers,
    ...closing(status, response),
  }
  const sink = begin(response, status, head)
  if (method === 'HEAD') response.end()
  else if (typeof body === 'function') body(sink())
  else response.end(body)
}

/** What else a client sends is not read: HTTP/2 has no such field (RFC 9113 8.2.2), and ends the one request. */
const closing = (status: number, response: Response): Readonly<Record<string, string>> =>
  status === 200 || response instanceof Http2ServerResponse ? {} : { connection: 'close' }

/** Says the head. What is returned gives where an answer without an end is written, to who sees its head at once. */
function begin(response: Response, status: number, head: Readonly<Record<string, string | number>>): () => AnswerSink {
  if (response instanceof Http2ServerResponse) {
    const { stream } = response.writeHead(status, head)
    return () => stream
  }
  response.writeHead(status, head)
  return () => {
    response.flushHeaders()
    return response
  }
}
