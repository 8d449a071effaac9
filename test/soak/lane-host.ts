import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ExpectedLogin } from './expected-login.ts'
import type { Host, HostAddress, HostGauges } from './host.ts'
import type { LaneHostAnswers, LaneHostMessage, LaneHostOrder, LaneHostStart } from './lane-host-process.ts'
import type { LoadedEdit } from './loaded-edit.ts'
import type { EditCounts, ToldEdits } from './told-edits.ts'
import type { UnitPlan } from './unit-plan.ts'

/** How long an answer of a busy process, or its end, may take. */
const ANSWER_MS = 60_000

/** A program that serves with `createTarget`, and whose worker lanes are killed every few seconds. */
export class LaneHost implements Host {
  readonly name = 'lanes'
  readonly tolerance = { laneDeaths: true }
  readonly removals = ['unmap', 'close'] as const
  readonly address: HostAddress
  readonly #directory: string
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #asked = 0
  /** Why nothing can be asked any more. */
  #ended: Error | undefined
  #told: ToldEdits | undefined
  #found = 0
  #counts: EditCounts = { edits: 0, refused: 0 }

  private constructor(child: ChildProcess, directory: string, address: HostAddress) {
    this.#child = child
    this.#directory = directory
    this.address = address
    child.on('message', (message: LaneHostMessage) => this.#answered(message))
    child.on('exit', (code, signal) => {
      const ended = new Error(`${WHO} has ended with ${code ?? signal}`)
      for (const { reject } of this.#waiting.values()) reject(ended)
      this.#ended = ended
    })
  }

  /** Starts it; its files lie in `directory`. */
  static async start(start: LaneHostStart): Promise<LaneHost> {
    const entry = fileURLToPath(new URL('./lane-host-process.ts', import.meta.url))
    const child = fork(entry, [JSON.stringify(start)], { execArgv: ['--conditions=source'], env: {} })
    const died = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`${WHO} has ended with ${code ?? signal} before it served`)
    })
    died.catch(() => undefined)
    const serves = once(child, 'message', { signal: AbortSignal.timeout(ANSWER_MS) })
    const [message] = (await Promise.race([serves, died])) as [LaneHostMessage]
    if (message.kind !== 'serves') throw new Error(`${WHO} began with ${message.kind}`)
    const { host, port, target } = message
    return new LaneHost(child, start.directory, { host, port, target })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get editCounts(): EditCounts {
    return this.#counts
  }

  file({ name, volatile }: UnitPlan): string | undefined {
    return volatile ? undefined : `${this.#directory}/${name}.img`
  }

  async gauges(): Promise<HostGauges> {
    const { edits, findings, ...gauges } = await this.#ask('gauges')
    this.#counts = edits
    for (const finding of findings.slice(this.#found)) this.#told?.find(finding)
    this.#found = findings.length
    return gauges
  }

  async edit(told: ToldEdits): Promise<void> {
    this.#told = told
    await this.#ask('edit')
  }

  async perform(edit: LoadedEdit): Promise<void> {
    await this.#ask('perform', edit)
  }

  async lookAt(look: (expected: readonly ExpectedLogin[]) => Promise<void>): Promise<void> {
    const expected = await this.#ask('hold')
    try {
      await look(expected)
    } finally {
      await this.#ask('goOn')
    }
  }

  readonly calm = async (): Promise<void> => {
    await this.#ask('calm')
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, 'exit')
    const ended = await this.#ask('end')
    if (ended.failures > 0 || ended.transferMemoryUsedBytes > 0)
      throw new Error(`${WHO} ended as ${JSON.stringify(ended)}`)
    const [code] = await exit
    if (code !== 0) throw new Error(`${WHO} ended with ${code}`)
  }

  async #ask<K extends keyof LaneHostAnswers>(kind: K, edit?: LoadedEdit): Promise<LaneHostAnswers[K]> {
    if (this.#ended) throw this.#ended
    const id = ++this.#asked
    const waiting = Promise.withResolvers<unknown>()
    const late = setTimeout(() => waiting.reject(new Error(`${WHO} did not answer to ${kind}`)), ANSWER_MS)
    this.#waiting.set(id, waiting)
    this.#child.send({ id, kind, ...(edit && { edit }) } satisfies LaneHostOrder)
    try {
      // What is answered is what the order's kind says.
      return (await waiting.promise) as LaneHostAnswers[K]
    } finally {
      clearTimeout(late)
      this.#waiting.delete(id)
    }
  }

  #answered(message: LaneHostMessage): void {
    if (message.kind !== 'answer') return
    const { id, answer, error } = message
    if (error === undefined) this.#waiting.get(id)?.resolve(answer)
    else this.#waiting.get(id)?.reject(new Error(error))
  }
}

const WHO = 'the program whose lanes die'
