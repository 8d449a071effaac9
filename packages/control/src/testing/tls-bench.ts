import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect, type TLSSocket } from 'node:tls'
import type { ControlLimits } from '../limits.ts'
import type { StrangerNotice } from '../tls/stranger-notice.ts'
import { TlsListener, type TlsListenerOptions } from '../tls/tls-listener.ts'
import { newToken } from '../tls/token-line.ts'
import { TokenRole } from '../tls/token-role.ts'
import { ControlBench } from './control-bench.ts'

const FIXTURES = new URL('../../../../test/fixtures/tls/', import.meta.url)

/** What is answered by TLS. */
export interface TlsAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** How something is asked by TLS. */
export interface TlsQuestion {
  readonly token?: string | undefined
  readonly body?: string
  readonly authorization?: string
}

/** A listener by TLS on a port of its own, its files in a directory, and a server in front of a fake service where that is asked for. */
export class TlsBench {
  readonly directory = mkdtempSync(join(tmpdir(), 'lunkit-tls-'))
  readonly ca = readFileSync(new URL('ca.pem', FIXTURES), 'utf8')
  readonly told: StrangerNotice[] = []
  readonly warned: string[] = []
  readonly admin = newToken('boss', TokenRole.admin)
  readonly reader = newToken('reader', TokenRole.readOnly)
  #listener: TlsListener | undefined
  #control: ControlBench | undefined

  constructor() {
    this.put('server.pem')
    this.put('server.key')
    this.tokens(this.admin.line, this.reader.line)
  }

  /** One that listens, and serves. */
  static async open(limits: Partial<ControlLimits> = {}): Promise<TlsBench> {
    const bench = new TlsBench()
    await bench.listen({ limits })
    bench.#control = await ControlBench.open({ tls: bench.listener, limits })
    return bench
  }

  /** Puts a file of the fixtures in the place of another. */
  put(fixture: string, name = fixture): void {
    copyFileSync(new URL(fixture, FIXTURES), this.path(name))
    chmodSync(this.path(name), 0o600)
  }

  tokens(...lines: readonly string[]): void {
    writeFileSync(this.path('tokens'), `${lines.join('\n')}\n`, { mode: 0o600 })
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  get options(): TlsListenerOptions {
    return {
      ...{ host: '127.0.0.1', port: 0 },
      ...{ certificate: this.path('server.pem'), key: this.path('server.key'), tokens: this.path('tokens') },
      tell: notice => this.told.push(notice),
      warn: warning => this.warned.push(warning),
    }
  }

  async listen(options: Partial<TlsListenerOptions> = {}): Promise<TlsListener> {
    this.#listener = await TlsListener.open({ ...this.options, ...options })
    return this.#listener
  }

  get listener(): TlsListener {
    if (!this.#listener) throw new Error('nobody listens')
    return this.#listener
  }

  get control(): ControlBench {
    if (!this.#control) throw new Error('nobody serves')
    return this.#control
  }

  get port(): number {
    return Number(this.listener.address.split(':')[1])
  }

  /** Asks on a connection of its own. */
  ask(method: string, path: string, { token, body = '', authorization }: TlsQuestion = {}): Promise<TlsAnswer> {
    const bearer = authorization ?? (token === undefined ? undefined : `Bearer ${token}`)
    const headers = { 'content-length': Buffer.byteLength(body), ...(bearer && { authorization: bearer }) }
    return new Promise((resolve, reject) => {
      const { port, ca } = this
      const sent = request({ host: '127.0.0.1', port, ca, method, path, headers, agent: false }, answer => {
        text(answer).then(
          said => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: said }),
          reject,
        )
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }

  /** A connection on which anything can be sent once it is `secure`. */
  connect(options: object = {}): TLSSocket {
    const { port, ca } = this
    return connect({ host: '127.0.0.1', port, ca, ...options })
  }

  async close(): Promise<void> {
    await (this.#control ?? this.#listener)?.close()
    rmSync(this.directory, { recursive: true })
  }
}
