import { constants } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { CIPHER_SUITES, CLIENT_AUTH, CURVES, SUITES_OF_13, TLS_VERSIONS } from './go-names.ts'
import type { WebTls } from './web-config.ts'
import { WebConfigError } from './web-config-error.ts'
import type { TlsSection } from './web-document.ts'

/** What stands in PEM. */
export interface Pems {
  readonly cert: string
  readonly key: string
  readonly clientCa: string | undefined
}

/** What of a section contradicts itself, in a sentence; undefined: nothing. */
export function tlsFault(section: TlsSection): string | undefined {
  const { client_auth_type: type = 'NoClientCert', client_allowed_sans: names } = section
  const { asked, required } = authOf(type)
  for (const key of ['cert', 'key', 'client_ca'] as const)
    if (section[key] !== undefined && section[`${key}_file`] !== undefined)
      return `tls_server_config has both ${key} and ${key}_file; right is one of them`
  if ((section.cert ?? section.cert_file) === undefined) return 'tls_server_config has neither cert_file nor cert'
  if ((section.key ?? section.key_file) === undefined) return 'tls_server_config has neither key_file nor key'
  if ((section.client_ca ?? section.client_ca_file) !== undefined && !asked)
    return 'tls_server_config.client_ca_file is for a client_auth_type; right is RequireAndVerifyClientCert'
  if (names !== undefined && !required)
    return 'tls_server_config.client_allowed_sans is for a client_auth_type of RequireAnyClientCert or RequireAndVerifyClientCert'
  if (section.min_version === 'TLS13' && section.max_version === 'TLS12')
    return 'tls_server_config.min_version is above max_version'
  return undefined
}

const authOf = (type: string): (typeof CLIENT_AUTH)[keyof typeof CLIENT_AUTH] =>
  CLIENT_AUTH[type as keyof typeof CLIENT_AUTH]

/**
 * What a section comes to.
 * @throws {WebConfigError} where OpenSSL takes a certificate or key for none, or they do not belong together.
 */
export function tlsOf(path: string, section: TlsSection, { cert, key, clientCa }: Pems): WebTls {
  const clientAuth = authOf(section.client_auth_type ?? 'NoClientCert')
  const context = {
    cert,
    key,
    ...(clientCa !== undefined && { ca: clientCa }),
    ...chosen(section),
    minVersion: versionOf(section.min_version ?? 'TLS12'),
    maxVersion: versionOf(section.max_version ?? 'TLS13'),
    honorCipherOrder: section.prefer_server_cipher_suites ?? true,
    // A session that is taken up again would have what was looked at of its certificate by hearsay.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (clientAuth.asked ? constants.SSL_OP_NO_TICKET : 0),
  }
  try {
    createSecureContext(context)
  } catch (cause) {
    throw new WebConfigError(path, `tls_server_config cannot be used: ${(cause as Error).message}`, { cause })
  }
  const options = { ...context, requestCert: clientAuth.asked, rejectUnauthorized: false }
  return { options, clientAuth, allowedNames: section.client_allowed_sans }
}

const versionOf = (name: string): 'TLSv1.2' | 'TLSv1.3' => TLS_VERSIONS[name as keyof typeof TLS_VERSIONS]

/** What OpenSSL calls what was chosen; suites of TLS 1.3 are always there. */
function chosen({ cipher_suites: suites = [], curve_preferences: curves = [] }: TlsSection) {
  const of12 = suites.flatMap(name => CIPHER_SUITES[name] ?? [])
  return {
    ...(of12.length > 0 && { ciphers: [...SUITES_OF_13, ...of12].join(':') }),
    ...(curves.length > 0 && { ecdhCurve: curves.flatMap(name => CURVES[name] ?? []).join(':') }),
  }
}
