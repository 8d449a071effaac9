import type { TlsOptions } from 'node:tls'
import type { ClientAuth } from './go-names.ts'

/** What a web configuration comes to. */
export interface WebConfig {
  /** Undefined: there is no TLS. */
  readonly tls: WebTls | undefined
  /** Hashes of bcrypt by names; of none, everybody is let in. */
  readonly users: ReadonlyMap<string, string>
  /** What each answer has beside its own. */
  readonly headers: Readonly<Record<string, string>>
  /** Undefined: there is no limit. */
  readonly rate: RateLimit | undefined
}

/** How TLS is spoken, and with whom. */
export interface WebTls {
  readonly options: TlsOptions
  readonly clientAuth: ClientAuth
  /** Undefined: whoever has a certificate. */
  readonly allowedNames: readonly string[] | undefined
}

/** So many at once, and one more each interval. */
export interface RateLimit {
  readonly intervalMs: number
  readonly burst: number
}
