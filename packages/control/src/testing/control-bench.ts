import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Timers } from '@lunkit/wire'
import { ControlClient } from '../client/control-client.ts'
import type { Peer } from '../control-service.ts'
import type { ControlNotice } from '../server/control-notice.ts'
import { ControlServer, type ControlServerOptions } from '../server/control-server.ts'
import { FakeService } from './fake-service.ts'

/** A clock that a test turns by hand. */
class HandClock implements Timers {
  #waiting: (() => void)[] = []

  after(_delayMs: number, run: () => void): () => void {
    this.#waiting.push(run)
    return () => {
      this.#waiting = this.#waiting.filter(each => each !== run)
    }
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Everything that waits is due. */
  turn(): void {
    for (const run of this.#waiting.splice(0)) run()
  }
}

/** Who calls, as far as a bench knows. */
export const ROOT: Peer = { uid: 0, gid: 0, pid: 42 }

/** A server on a socket of its own, in front of a fake service. */
export class ControlBench {
  readonly directory: string
  readonly fake = new FakeService()
  readonly notices: ControlNotice[] = []
  readonly clock = new HandClock()
  readonly client: ControlClient
  #server: ControlServer | undefined

  private constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'lunkit-control-'))
    writeFileSync(this.groupFile, `root:x:0:\nlunkit:x:${process.getgid?.() ?? 0}:root\n`)
    this.client = new ControlClient({ path: this.path, timeoutMs: 20_000 })
  }

  /** One that serves. */
  static async open(options: Partial<ControlServerOptions> = {}): Promise<ControlBench> {
    const bench = new ControlBench()
    await bench.serve(options)
    return bench
  }

  /** One where nobody serves yet. */
  static closed(): ControlBench {
    return new ControlBench()
  }

  get path(): string {
    return join(this.directory, 'control.sock')
  }

  get groupFile(): string {
    return join(this.directory, 'group')
  }

  async serve(options: Partial<ControlServerOptions> = {}): Promise<ControlServer> {
    const { path, groupFile, clock } = this
    const socket = options.socket ? {} : { path, groupFile }
    const tell = (notice: ControlNotice): number => this.notices.push(notice)
    const given = {
      ...socket,
      timers: clock,
      peerOf: () => ROOT,
      service: this.fake.service,
      version: '1.2.3',
      tell,
      ...options,
    }
    this.#server = await ControlServer.open(given as ControlServerOptions)
    return this.#server
  }

  get server(): ControlServer {
    if (!this.#server) throw new Error('nobody serves')
    return this.#server
  }

  /** What the audit log says. */
  get audit(): Extract<ControlNotice, { kind: 'audit' }>['record'][] {
    return this.notices.flatMap(notice => (notice.kind === 'audit' ? [notice.record] : []))
  }

  /** A connection on which anything can be sent. */
  connect(): Socket {
    return connect({ path: this.path, allowHalfOpen: true })
  }

  /** All that is answered to some bytes, until the server closes. */
  async exchange(bytes: string | Uint8Array): Promise<string> {
    const socket = this.connect()
    socket.end(bytes)
    return text(socket)
  }

  /** The answer to a request of HTTP, which is whole. */
  async request(head: string, body: string | Uint8Array = ''): Promise<string> {
    const bytes = Buffer.from(body)
    const lines = [`${head} HTTP/1.1`, 'host: lunkit', 'connection: close', `content-length: ${bytes.length}`, '', '']
    const socket = this.connect()
    // Not ended: a server of Node's gives an answer up that comes later than its client's end.
    socket.write(Buffer.concat([Buffer.from(lines.join('\r\n')), bytes]))
    return text(socket)
  }

  async close(): Promise<void> {
    await this.#server?.close()
    rmSync(this.directory, { recursive: true, force: true })
  }
}
