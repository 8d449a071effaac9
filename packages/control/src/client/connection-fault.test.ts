import { describe, expect, it } from 'vitest'
import { ControlFault } from '../control-fault.ts'
import { connectionFault } from './connection-fault.ts'
import { NoDaemonError } from './no-daemon-error.ts'

const SOCKET = '/run/lunkit/control.sock'
const TLS = 'https://disks.example:9926'
const UNTRUSTED = 'its certificate is from nobody who is trusted here; right is to give the certificate of its CA'
const NO_TLS = 'what answers there speaks no TLS'

const failed = (code: string): NodeJS.ErrnoException => Object.assign(new Error(`it failed: ${code}`), { code })

describe('why there is no connection', () => {
  it.each([
    [SOCKET, 'ENOENT', 'there is no such socket; is lunkitd running?'],
    [SOCKET, 'ECONNREFUSED', 'nobody listens there any more; is lunkitd running?'],
    [SOCKET, 'ENOTSOCK', 'it is no socket'],
    [SOCKET, 'ETIMEDOUT', 'the connection broke (ETIMEDOUT)'],
    [TLS, 'ECONNREFUSED', 'nobody listens there; does lunkitd run with --control-tls?'],
    [TLS, 'ENOTFOUND', 'there is no host of this name'],
    [TLS, 'EAI_AGAIN', 'the name of the host cannot be looked up now'],
    [TLS, 'EHOSTUNREACH', 'no way leads there'],
    [TLS, 'ENETUNREACH', 'no way leads there'],
    [TLS, 'ETIMEDOUT', 'it has not answered'],
    [TLS, 'EPROTO', NO_TLS],
    [TLS, 'ERR_SSL_WRONG_VERSION_NUMBER', NO_TLS],
    [TLS, 'ERR_SSL_PACKET_LENGTH_TOO_LONG', NO_TLS],
    [TLS, 'ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for other names than this'],
    [TLS, 'CERT_HAS_EXPIRED', 'its certificate was valid once, and is no more'],
    [TLS, 'CERT_NOT_YET_VALID', 'its certificate is not valid yet'],
    [TLS, 'DEPTH_ZERO_SELF_SIGNED_CERT', UNTRUSTED],
    [TLS, 'SELF_SIGNED_CERT_IN_CHAIN', UNTRUSTED],
    [TLS, 'UNABLE_TO_GET_ISSUER_CERT', UNTRUSTED],
    [TLS, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNTRUSTED],
    [TLS, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNTRUSTED],
    [TLS, 'EACCES', 'the connection broke (EACCES)'],
  ])('is told of %s and %s: %s', (name, code, reason) => {
    const cause = failed(code)
    const error = connectionFault(cause, name)
    expect(error).toEqual(new NoDaemonError(name, reason))
    expect([error.cause, (error as NoDaemonError).path]).toEqual([cause, name])
  })

  it('is what the system says where it has no code', () => {
    expect(connectionFault(new Error('it hung up'), SOCKET)).toEqual(
      new NoDaemonError(SOCKET, 'the connection broke (it hung up)'),
    )
  })

  it.each(['EACCES', 'EPERM'])('is that the socket is not for everybody: %s', code => {
    const error = connectionFault(failed(code), SOCKET)
    expect(error).toBeInstanceOf(ControlFault)
    expect(error).toMatchObject({
      ...{ kind: 'unauthorised', what: 'is not for you', where: SOCKET },
      right: 'to be root, or in the group lunkit',
    })
  })

  it('goes on as it is where it is told already, or somebody has given it up', () => {
    const told = new NoDaemonError(SOCKET, 'there is none')
    const givenUp = new DOMException('This operation was aborted', 'AbortError')
    expect([connectionFault(told, SOCKET), connectionFault(givenUp as never, SOCKET)]).toEqual([told, givenUp])
  })
})
