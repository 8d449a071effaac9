import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { until } from '../faults/rig.ts'
import { freePort } from '../harness/free-port.ts'
import { findTool } from '../harness/tool.ts'

/** A series that a query returns, with its value; of an instant. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>
  /** Seconds since 1970, and the value as text. */
  readonly value: readonly [at: number, value: string]
}

/** A series over time. */
export interface OverTime {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly number[]
}

interface Scraped {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [at: number, value: string])[]
}

/** An alert that is pending or firing. */
export interface Alert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: 'pending' | 'firing'
}

/** A Prometheus of a suite's own. */
export class Prometheus implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #url: string
  readonly #ended: Promise<string>

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.#url = url
    if (child.stderr === null) throw new Error('Prometheus was started without a pipe')
    const said = text(child.stderr)
    this.#ended = once(child, 'close').then(() => said)
  }

  /**
   * Starts one with a configuration file, its data beside it, and waits until it answers.
   * @throws Error with what it said when it ends instead
   */
  static async start(configuration: string, directory: string): Promise<Prometheus> {
    const port = await freePort()
    const data = `${directory}/prometheus-data`
    await mkdir(data, { recursive: true })
    const args = [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ]
    const child = spawn(findTool('prometheus'), args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: directory })
    const prometheus = new Prometheus(child, `http://127.0.0.1:${port}`)
    await until('Prometheus is ready', () => prometheus.#isReady())
    return prometheus
  }

  /** What a query returns, of now unless an instant is given, in milliseconds since 1970. */
  async query(expression: string, atMs = Date.now()): Promise<readonly Series[]> {
    const asked = new URLSearchParams({ query: expression, time: String(atMs / 1000) })
    const { result } = await this.#ask<{ readonly result: readonly Series[] }>(`query?${asked.toString()}`)
    return result
  }

  /**
   * The one number that a query returns.
   * @throws Error where it returns another number of series
   */
  async number(expression: string, atMs?: number): Promise<number> {
    const series = await this.query(expression, atMs)
    if (series.length !== 1) throw new Error(`${expression} has ${series.length} series`)
    return Number(series[0]?.value[1])
  }

  /** What a query returned between two instants, each second: its labels, and what are numbers of its values. */
  async over(expression: string, fromMs: number, toMs: number): Promise<readonly OverTime[]> {
    const span = { start: String(fromMs / 1000), end: String(toMs / 1000), step: '1' }
    const asked = new URLSearchParams({ query: expression, ...span })
    const { result } = await this.#ask<{ readonly result: readonly Scraped[] }>(`query_range?${asked.toString()}`)
    return result.map(({ metric, values }) => {
      return { metric, values: values.map(([, value]) => Number(value)).filter(Number.isFinite) }
    })
  }

  /** When a series of a range was scraped, in milliseconds since 1970, and what it was then. */
  async samples(range: string, atMs: number): Promise<readonly (readonly [ms: number, value: number])[]> {
    const asked = new URLSearchParams({ query: range, time: String(atMs / 1000) })
    const { result } = await this.#ask<{ readonly result: readonly Scraped[] }>(`query?${asked.toString()}`)
    return (result[0]?.values ?? []).map(([at, value]) => [Math.round(at * 1000), Number(value)])
  }

  /** The alerts there are. */
  async alerts(): Promise<readonly Alert[]> {
    return (await this.#ask<{ readonly alerts: readonly Alert[] }>('alerts')).alerts
  }

  async #ask<Data>(what: string): Promise<Data> {
    const answer = await fetch(`${this.#url}/api/v1/${what}`)
    const said = (await answer.json()) as { readonly data: Data; readonly error?: string }
    if (!answer.ok) throw new Error(`${decodeURIComponent(what)}: ${said.error}`)
    return said.data
  }

  async #isReady(): Promise<boolean> {
    const { exitCode } = this.#child
    if (exitCode !== null) throw new Error(`Prometheus ended with ${exitCode}: ${await this.#ended}`)
    return fetch(`${this.#url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#ended
  }
}
