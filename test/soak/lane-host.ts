import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Host, HostAddress, HostGauges } from './host.ts'
import type { LaneHostMessage, LaneHostOrder } from './lane-host-process.ts'
import type { UnitPlan } from './unit-plan.ts'

/** How long an answer of a busy process, or its end, may take. */
const ANSWER_MS = 30_000

/** A program that serves with `createTarget`, and whose worker lanes are killed every few seconds. */
export class LaneHost implements Host {
  readonly name = 'lanes'
  readonly tolerance = { laneDeaths: true }
  readonly address: HostAddress
  readonly #directory: string
  readonly #child: ChildProcess
  readonly #died: Promise<never>

  private constructor(started: { child: ChildProcess; died: Promise<never>; directory: string; address: HostAddress }) {
    this.#child = started.child
    this.#died = started.died
    this.#directory = started.directory
    this.address = started.address
  }

  /** Starts it; its files lie in `directory`. */
  static async start(directory: string, seed: number): Promise<LaneHost> {
    const entry = fileURLToPath(new URL('./lane-host-process.ts', import.meta.url))
    const child = fork(entry, [directory, String(seed)], { execArgv: ['--conditions=source'], env: {} })
    const died = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the program whose lanes die has ended with ${code ?? signal}`)
    })
    died.catch(() => undefined)
    const message = await answer(child, died)
    if (message.kind !== 'serves') throw new Error(`the program whose lanes die began with ${message.kind}`)
    const { host, port, target } = message
    return new LaneHost({ child, died, directory, address: { host, port, target } })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  file({ name, volatile }: UnitPlan): string | undefined {
    return volatile ? undefined : `${this.#directory}/${name}.img`
  }

  async gauges(): Promise<HostGauges> {
    const message = await this.#ask('gauges')
    if (message.kind !== 'gauges') throw new Error(`the program whose lanes die answered ${message.kind}`)
    return { ...message.heap, laneDeaths: message.laneDeaths }
  }

  readonly calm = async (): Promise<void> => {
    await this.#ask('calm')
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, 'exit')
    const message = await this.#ask('end')
    if (message.kind !== 'ended' || message.failures > 0 || message.transferMemoryUsedBytes > 0)
      throw new Error(`the program whose lanes die ended as ${JSON.stringify(message)}`)
    const [code] = await exit
    if (code !== 0) throw new Error(`the program whose lanes die ended with ${code}`)
  }

  #ask(order: LaneHostOrder): Promise<LaneHostMessage> {
    const answered = answer(this.#child, this.#died)
    this.#child.send(order)
    return answered
  }
}

async function answer(child: ChildProcess, died: Promise<never>): Promise<LaneHostMessage> {
  const message = once(child, 'message', { signal: AbortSignal.timeout(ANSWER_MS) })
  const [received] = (await Promise.race([message, died])) as [LaneHostMessage]
  return received
}
