import { arrayOf, callback, checkOptions, object, oneOf, required, text, wholeNumber } from '@lunkit/wire'
import { Compat } from '../compat/compat.ts'
import { Exposition } from '../exposition/exposition.ts'
import { InitiatorBound } from '../exposition/initiator-bound.ts'
import { type MetricsLimits, metricsLimits } from '../limits.ts'
import { WebConfigFile } from '../web/web-config-file.ts'
import { Clients } from './clients.ts'
import { Door } from './door.ts'
import { Front } from './front.ts'
import type { FurtherPages } from './further-pages.ts'
import { serversOf } from './http-servers.ts'
import type { MetricsSource } from './metrics-source.ts'
import { Scraper } from './scraper.ts'

/** Where metrics are served, what they come from, and to whom. */
export interface MetricsServerOptions {
  /** An address, or a name of one. */
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly source: MetricsSource
  /** How many initiators are told by name, {@link metricsLimits} unless it is said. */
  readonly initiators?: number
  /** Exporters whose names are told too. */
  readonly compat?: readonly Compat[]
  /** The path of a web configuration as Prometheus' exporter-toolkit has it: TLS, passwords. Undefined: neither. */
  readonly webConfigFile?: string
  /** Is told when that file has changed, and whether it can be used. */
  readonly tell?: (line: string) => void
  /** Other limits than {@link metricsLimits}. */
  readonly limits?: Partial<MetricsLimits>
  /** What is served beside the metrics, behind whatever protects them. */
  readonly pages?: FurtherPages
}

const MOST_PORT = 65_535
const MOST_INITIATORS = 100_000
const MOST_MS = 2_147_483_647

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
  compat: arrayOf(oneOf(Object.values(Compat)), `of ${Object.values(Compat).join(', ')}`),
  webConfigFile: text('a path', value => value !== '' && !value.includes('\0')),
  tell: callback,
  limits: object(),
  pages: object('pages', pages => typeof (pages as Partial<FurtherPages>).answer === callback.type),
}
const LIMITS = Object.fromEntries(Object.keys(metricsLimits).map(name => [name, wholeNumber(1, MOST_MS)]))

/** Serves metrics by HTTP/1.1, and HTTP/2 where there is TLS: `/metrics`, `/-/healthy` and `/-/ready`. */
export class MetricsServer {
  /** Where the metrics are. */
  readonly url: string
  readonly #front: Front

  private constructor(front: Front, scheme: 'http' | 'https') {
    this.#front = front
    this.url = `${scheme}://${front.address}/metrics`
  }

  /**
   * Listens.
   * @throws {TypeError} or {RangeError} for a wrong option, {WebConfigError} for a web configuration that cannot be used, or the error of
   * the system where it cannot listen.
   */
  static async open(options: MetricsServerOptions): Promise<MetricsServer> {
    checkOptions('MetricsServer.open', options, OPTIONS)
    checkOptions('MetricsServer.open: limits', options.limits ?? {}, LIMITS)
    const { source, compat, webConfigFile, pages: further, tell = () => undefined } = options
    const limits: MetricsLimits = { ...metricsLimits, ...options.limits }
    const web = webConfigFile === undefined ? undefined : new WebConfigFile(webConfigFile, tell)
    const hasTls = (await web?.current())?.tls !== undefined
    const clients = new Clients(limits)
    const scraper = new Scraper(
      source,
      new Exposition(new InitiatorBound(options.initiators ?? limits.initiators), compat),
    )
    const servers = serversOf({ pages: { source, scraper }, further, clients, door: new Door(web), limits })
    const front = await Front.open(options, { ...servers, clients, limits, web: hasTls ? web : undefined })
    return new MetricsServer(front, hasTls ? 'https' : 'http')
  }

  /** Takes no more, and ends what is under way. */
  close(): Promise<void> {
    return this.#front.close()
  }
}
