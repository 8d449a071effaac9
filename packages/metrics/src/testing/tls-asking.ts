import { readFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:https'
import { text } from 'node:stream/consumers'

const FIXTURES = new URL('../../../../test/fixtures/tls/', import.meta.url)

/** A file of the certificates of tests. */
export const fixture = (name: string): string => readFileSync(new URL(name, FIXTURES), 'utf8')

/** An answer by TLS. */
export interface TlsAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** Asks for a page as a client who trusts the CA of the server's certificate; rejects where there is no handshake. */
export function askByTls(url: string, options: RequestOptions = {}): Promise<TlsAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ca: fixture('ca.pem'), agent: false, ...options }, answer => {
      const { statusCode: status = 0, headers } = answer
      text(answer).then(body => resolve({ status, headers, body }), reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}
