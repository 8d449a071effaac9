import type { Answer, Asked, FurtherPages } from '@lunkit/metrics'
import { type Clock, machineClock } from './clock.ts'
import { documentOf } from './document.ts'
import { readPageFiles } from './page-files.ts'
import { PAGE_HEADERS } from './page-headers.ts'
import { readQuery } from './page-query.ts'
import type { ReadingClient } from './reading.ts'
import { Viewers } from './viewers.ts'
import { Watch } from './watch.ts'

/** What a page is made of. */
export interface StatusPageOptions {
  /** What asks lunkitd. */
  readonly client: ReadingClient
  /** The machine's, unless it is said. */
  readonly clock?: Clock
}

type Place = (search: string, request: Asked) => Promise<Answer>

/** The page that says how lunkitd is, and the stream of what changes there. It asks lunkitd nothing while nobody looks. */
export class StatusPage implements FurtherPages {
  readonly #watch: Watch
  readonly #viewers: Viewers
  readonly #places: ReadonlyMap<string, Place>

  /** Reads the files that the page loads. */
  constructor({ client, clock = machineClock }: StatusPageOptions) {
    this.#watch = new Watch({ client, clock })
    this.#viewers = new Viewers(this.#watch, clock)
    const files = Object.entries(readPageFiles()).map(([path, { type, body }]): [string, Place] => [
      path,
      async () => answerOf(200, type, body),
    ])
    this.#places = new Map<string, Place>([
      ['/', search => this.#document(search)],
      ['/events', (search, request) => this.#events(search, request)],
      ...files,
    ])
  }

  /** What a request for one of its paths is answered with. */
  answer(request: Asked): Promise<Answer> | undefined {
    const [path = '', search = ''] = (request.url ?? '').split(/\?(.*)/s)
    const place = this.#places.get(path)
    if (place === undefined) return undefined
    return request.method === 'GET' || request.method === 'HEAD' ? place(search, request) : refuse(405, 'right is GET')
  }

  /** Ends all streams. */
  close(): void {
    this.#viewers.close()
  }

  async #document(search: string): Promise<Answer> {
    const sample = await this.#watch.look()
    const html = documentOf({ sample, history: this.#watch.history }, readQuery(search))
    return answerOf(200, 'text/html; charset=utf-8', html)
  }

  async #events(search: string, { headers }: Asked): Promise<Answer> {
    // A page of somebody else must not take the places of those who look.
    const from = headers['sec-fetch-site'] ?? 'none'
    if (from !== 'same-origin' && from !== 'none') return refuse(403, 'this is for the page itself')
    if (this.#viewers.isFull) return refuse(503, 'as many look as may at once')
    return {
      status: 200,
      type: 'text/event-stream',
      headers: { ...PAGE_HEADERS, 'x-accel-buffering': 'no' },
      body: sink => void this.#viewers.add(sink, readQuery(search)),
    }
  }
}

const answerOf = (status: number, type: string, body: string, headers = {}): Answer => {
  return { status, type, body: Buffer.from(body), headers: { ...PAGE_HEADERS, ...headers } }
}

const refuse = async (status: number, line: string): Promise<Answer> =>
  answerOf(status, 'text/plain; charset=utf-8', `${line}\n`, { allow: 'GET, HEAD' })
