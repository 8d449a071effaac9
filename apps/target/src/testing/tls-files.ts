import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { newToken, TokenRole } from '@lunkit/control/tls'
import type { Lunkitd } from './lunkitd.ts'
import type { RawAnswer } from './managed.ts'

const FIXTURES = new URL('../../../../test/fixtures/tls/', import.meta.url)

/** What a lunkitd needs to be managed by TLS, in a directory, and what its clients need. */
export class TlsFiles {
  readonly ca = readFileSync(new URL('ca.pem', FIXTURES), 'utf8')
  readonly admin = newToken('boss', TokenRole.admin)
  readonly reader = newToken('reader', TokenRole.readOnly)
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
    this.put('server.pem')
    this.put('server.key')
    this.tokens(this.admin.line, this.reader.line)
  }

  path(name: string): string {
    return join(this.#directory, name)
  }

  /** Puts a file of the fixtures in the place of another. */
  put(fixture: string, name = fixture): void {
    copyFileSync(new URL(fixture, FIXTURES), this.path(name))
    chmodSync(this.path(name), 0o600)
  }

  tokens(...lines: readonly string[]): void {
    writeFileSync(this.path('tokens'), `${lines.join('\n')}\n`, { mode: 0o600 })
  }

  /** What lunkitd is told. */
  args(address = '127.0.0.1:0'): readonly string[] {
    const files = { certificate: 'server.pem', key: 'server.key', tokens: 'tokens' }
    const named = Object.entries(files).flatMap(([option, name]) => [`--control-${option}`, this.path(name)])
    return ['--control-tls', address, ...named]
  }

  /** What curl would get of a lunkitd. */
  async curl(lunkitd: Lunkitd, question: Question): Promise<RawAnswer> {
    const { verb = 'GET', path, token, body = '' } = question
    const port = await portOf(lunkitd)
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const headers = { 'content-length': Buffer.byteLength(body), ...authorization }
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, ca: this.ca, method: verb, path, headers, agent: false }
      const sent = request(options, answer => {
        text(answer).then(said => resolve({ status: answer.statusCode ?? 0, body: said }), reject)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

/** What is asked, and by whom. */
export interface Question {
  readonly verb?: string
  readonly path: string
  readonly token?: string
  readonly body?: string
}

/** Where a lunkitd listens by TLS. */
export async function portOf(lunkitd: Lunkitd): Promise<number> {
  const { controlTls } = await lunkitd.logged(record => record['controlTls'] !== undefined)
  return Number(String(controlTls).split(':')[1])
}
