import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { findTool } from './tool.ts'

const POLL_MS = 10
const PATIENCE_MS = 20_000

/** A datagram socket as systemd gives to a service as NOTIFY_SOCKET; socat reads it. */
export class NotifySocket implements AsyncDisposable {
  /** Every assignment that came, in order: `READY=1`. */
  readonly told: string[] = []
  readonly #path: string
  readonly #child: ChildProcess
  readonly #heard = new EventEmitter<{ told: [] }>()

  private constructor(path: string) {
    this.#path = path
    this.#child = spawn(findTool('socat'), ['-u', `UNIX-RECV:${path}`, '-'], { stdio: ['ignore', 'pipe', 'ignore'] })
    if (this.#child.stdout === null) throw new Error('socat was started without a pipe')
    // systemd-notify ends no line, and socat does not say where a datagram ends.
    this.#child.stdout.setEncoding('utf8').on('data', (datagrams: string) => {
      for (const line of datagrams.split('\n')) if (line !== '') this.told.push(line)
      this.#heard.emit('told')
    })
  }

  /** Opens one at a path. */
  static async open(path: string): Promise<NotifySocket> {
    const socket = new NotifySocket(path)
    while (!existsSync(path)) await delay(POLL_MS)
    return socket
  }

  /** What a service is given that is to tell it, and for how long it is waited for a sign of life. */
  environment(watchdogMs?: number): Readonly<Record<string, string>> {
    return {
      NOTIFY_SOCKET: this.#path,
      ...(watchdogMs !== undefined && { WATCHDOG_USEC: String(watchdogMs * 1000) }),
    }
  }

  /** Resolves with the first assignment like this that comes, from the one of this number on. */
  async heard(pattern: RegExp, from = 0): Promise<string> {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    for (;;) {
      const found = this.told.slice(from).find(line => pattern.test(line))
      if (found !== undefined) return found
      await once(this.#heard, 'told', { signal }).catch(() => {
        throw new Error(`${pattern} was not told: ${this.told.join(', ')}`)
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGTERM')
    await closed
  }
}
