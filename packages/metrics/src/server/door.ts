import { Admission, BasicAuth } from '../web/basic-auth.ts'
import { TokenBucket } from '../web/token-bucket.ts'
import type { RateLimit, WebConfig } from '../web/web-config.ts'
import type { WebConfigFile } from '../web/web-config-file.ts'
import type { Answer, Asked } from './answer.ts'
import { plain } from './pages.ts'

const NO_CONFIG: WebConfig = { tls: undefined, users: new Map(), headers: {}, rate: undefined }

/** What is answered instead of a page. */
const INSTEAD: Readonly<Record<Exclude<Admission, 'granted'>, Answer>> = {
  [Admission.refused]: plain(401, 'Unauthorized', { 'www-authenticate': 'Basic' }),
  [Admission.busy]: plain(503, 'too many passwords are looked at', { 'retry-after': '1' }),
}

/** Who is let in, as a web configuration says, which is looked at for each request anew. */
export class Door {
  readonly #web: WebConfigFile | undefined
  readonly #auth = new BasicAuth()
  #bucket: TokenBucket | undefined

  /** Undefined: everybody is let in. */
  constructor(web: WebConfigFile | undefined) {
    this.#web = web
  }

  /** The answer to a request: that of a page to who is let in. It has the headers that every answer is to have. */
  async answer(request: Asked, page: () => Promise<Answer>): Promise<Answer> {
    const config = await this.#config()
    if (config === undefined) return plain(500, 'the web configuration cannot be used')
    const answer = await this.#answer(request, config, page)
    return { ...answer, headers: { ...config.headers, ...answer.headers } }
  }

  async #answer({ headers }: Asked, config: WebConfig, page: () => Promise<Answer>): Promise<Answer> {
    if (!this.#allows(config.rate)) return plain(429, 'Too Many Requests')
    const admission = await this.#auth.admits(headers.authorization, config.users)
    return admission === Admission.granted ? page() : INSTEAD[admission]
  }

  async #config(): Promise<WebConfig | undefined> {
    return this.#web === undefined ? NO_CONFIG : this.#web.current().catch(() => undefined)
  }

  #allows(rate: RateLimit | undefined): boolean {
    if (rate === undefined) return true
    const { intervalMs, burst } = this.#bucket?.limit ?? {}
    if (this.#bucket === undefined || intervalMs !== rate.intervalMs || burst !== rate.burst)
      this.#bucket = new TokenBucket(rate)
    return this.#bucket.take()
  }
}
