import { CONTENT_TYPES } from '../exposition/exposition.ts'
import { formatFor } from '../exposition/format.ts'
import type { Answer, Asked } from './answer.ts'
import type { MetricsSource } from './metrics-source.ts'
import type { Scraper } from './scraper.ts'

/** What pages are made of. */
export interface PageParts {
  readonly source: MetricsSource
  readonly scraper: Scraper
}

/** An answer of one line. */
export const plain = (status: number, line: string, headers: Readonly<Record<string, string>> = {}): Answer => {
  return { status, type: 'text/plain; charset=utf-8', body: Buffer.from(`${line}\n`), headers }
}

type Page = (parts: PageParts, accept: string) => Promise<Answer>

const PAGES: Readonly<Record<string, Page>> = {
  '/metrics': async ({ scraper }, accept) => {
    const format = formatFor(accept)
    return { status: 200, type: CONTENT_TYPES[format], body: await scraper.text(format) }
  },
  '/-/healthy': async ({ source }) =>
    (await source.isHealthy()) ? plain(200, 'healthy') : plain(503, 'lunkitd does not answer'),
  '/-/ready': async ({ source }) =>
    (await source.isReady()) ? plain(200, 'lunkitd serves') : plain(503, 'lunkitd does not serve'),
}

/** What a request is answered with; what is wrong with it is known before the source is asked anything. */
export async function answerTo(request: Asked, parts: PageParts): Promise<Answer> {
  const { method = '', url = '', headers } = request
  const path = url.split('?')[0] ?? ''
  const page = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined
  if (page === undefined) return plain(404, `there is ${Object.keys(PAGES).join(', ')}`)
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'right is GET', { allow: 'GET, HEAD' })
  return page(parts, headers.accept ?? '')
}
