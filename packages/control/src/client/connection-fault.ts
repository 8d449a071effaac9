import { ControlFault, FaultKind } from '../control-fault.ts'
import { NoDaemonError } from './no-daemon-error.ts'

const UNTRUSTED = 'its certificate is from nobody who is trusted here; right is to give the certificate of its CA'

/** Why no connection to a socket comes about, by the code of connect(2). */
const OF_SOCKETS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket; is lunkitd running?',
  ECONNREFUSED: 'nobody listens there any more; is lunkitd running?',
  ENOTSOCK: 'it is no socket',
}

/** The same by TLS, and why who answers is not trusted, by the codes of OpenSSL and Node. */
const BY_TLS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there; does lunkitd run with --control-tls?',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ETIMEDOUT: 'it has not answered',
  EPROTO: 'what answers there speaks no TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'what answers there speaks no TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'what answers there speaks no TLS',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for other names than this',
  CERT_HAS_EXPIRED: 'its certificate was valid once, and is no more',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
}

/** Why a call came to nothing, in words; `name` is that of the daemon's place. */
export function connectionFault(error: NodeJS.ErrnoException, name: string): Error {
  if (error instanceof NoDaemonError || error.name === 'AbortError') return error
  const byTls = name.startsWith('https:')
  const code = error.code ?? ''
  const reason = (byTls ? BY_TLS : OF_SOCKETS)[code]
  if (reason !== undefined) return new NoDaemonError(name, reason, { cause: error })
  if (!byTls && (code === 'EACCES' || code === 'EPERM'))
    return new ControlFault(FaultKind.unauthorised, {
      what: 'is not for you',
      where: name,
      right: 'to be root, or in the group lunkit',
    })
  return new NoDaemonError(name, `the connection broke (${error.code ?? error.message})`, { cause: error })
}
