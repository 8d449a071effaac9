import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const launcher = fileURLToPath(new URL('../../node_modules/.bin/lunkit-exporter', import.meta.url))

/** A lunkit-exporter of a suite's own, started as an administrator starts it. */
export class Exporter implements AsyncDisposable {
  /** Where its metrics are. */
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  /**
   * Starts one that reads the control socket at a path, and waits until it has printed where it listens.
   * @throws Error with what it said when it ends instead
   */
  static async start(control: string, args: readonly string[] = []): Promise<Exporter> {
    const child = spawn(launcher, ['--control', control, '--listen', '127.0.0.1:0', ...args])
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const ended = once(child, 'close').then(() => undefined)
    const printed = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended])
    if (printed === undefined) throw new Error(`lunkit-exporter ended: ${said}`)
    return new Exporter(child, String(printed[0]).trim())
  }

  /** The process id, for CPU time. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** What it answers to a scrape, in Prometheus' text format unless another one is accepted. */
  async metrics(accept = 'text/plain'): Promise<string> {
    const answer = await fetch(this.url, { headers: { accept } })
    if (!answer.ok) throw new Error(`${this.url} answers ${answer.status}`)
    return answer.text()
  }

  /** Ends it; does nothing the second time. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const closed = once(this.#child, 'close')
    this.#child.kill('SIGTERM')
    await closed
  }
}
