/** A web configuration as Prometheus' exporter-toolkit has it (web-configuration.md there), as it stands in its file. */
export interface WebDocument {
  readonly tls_server_config?: TlsSection
  readonly http_server_config?: {
    /** Whether HTTP/2 is spoken by TLS: it is, unless it is said that it is not. */
    readonly http2?: boolean
    readonly headers?: Readonly<Record<string, string>>
  }
  readonly rate_limit?: RateSection
  /** Hashes of bcrypt by names. */
  readonly basic_auth_users?: Readonly<Record<string, string>>
}

/** What is said of TLS. Paths are relative to the directory of the file. */
export interface TlsSection {
  readonly cert?: string
  readonly cert_file?: string
  readonly key?: string
  readonly key_file?: string
  readonly client_ca?: string
  readonly client_ca_file?: string
  readonly client_auth_type?: string
  readonly client_allowed_sans?: readonly string[]
  readonly min_version?: string
  readonly max_version?: string
  readonly cipher_suites?: readonly string[]
  readonly prefer_server_cipher_suites?: boolean
  readonly curve_preferences?: readonly string[]
}

/** A token bucket: one more request each interval, of so many at once. */
export interface RateSection {
  /** As Go writes it: 1s, 100ms, 1m30s; 0: there is no limit. */
  readonly interval?: string | number
  readonly burst?: number
}
