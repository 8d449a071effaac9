/** What Go calls what OpenSSL has other names for: crypto/tls there. */

/** Versions of the protocol. OpenSSL as Node has it speaks no older ones, which RFC 8996 forbids. */
export const TLS_VERSIONS = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const

/** Curves. */
export const CURVES: Readonly<Record<string, string>> = {
  CurveP256: 'prime256v1',
  CurveP384: 'secp384r1',
  CurveP521: 'secp521r1',
  X25519: 'X25519',
}

/** Suites of TLS 1.3; neither Go nor anybody else has them chosen. */
export const SUITES_OF_13 = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
] as const

/** Suites of TLS 1.2. */
export const CIPHER_SUITES: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
}

/** Whether a client shows a certificate, and what is looked at of it. */
export const CLIENT_AUTH = {
  NoClientCert: { asked: false, required: false, verified: false },
  RequestClientCert: { asked: true, required: false, verified: false },
  RequireAnyClientCert: { asked: true, required: true, verified: false },
  /** What it was called before. */
  RequireClientCert: { asked: true, required: true, verified: false },
  VerifyClientCertIfGiven: { asked: true, required: false, verified: true },
  RequireAndVerifyClientCert: { asked: true, required: true, verified: true },
} as const
/** One of them. */
export type ClientAuth = (typeof CLIENT_AUTH)[keyof typeof CLIENT_AUTH]
