import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectOptions } from '@lunkit/initiator'
import { SeededRandom } from '../harness/seeded-random.ts'
import { CheckedUnit } from './checked-unit.ts'
import { maybeDisturb } from './disturbance.ts'
import { type AnnouncedChange, LoadSession } from './load-session.ts'
import { read } from './operation.ts'
import { OperationChoice } from './operation-choice.ts'
import { OutcomeBook, type Tolerance } from './outcome.ts'
import { Report } from './report.ts'
import type { UnitPlan } from './unit-plan.ts'
import { Presence, type UnitCondition } from './unit-stage.ts'

/** What a load is made of. Everything in it can be sent to a worker thread. */
export interface LoadOptions {
  readonly address: { readonly host: string; readonly port: number; readonly target: string }
  readonly units: readonly UnitPlan[]
  /** Of so many loads on the same units this is number `index`: it has that part of each unit for itself. */
  readonly index: number
  readonly loads: number
  readonly sessions: number
  /** Operations on their way at once, each session. */
  readonly depth: number
  /** Operations a second at most, all sessions together. */
  readonly rate: number
  readonly seed: number
  readonly tolerance: Tolerance
  /** Whether sessions are disturbed: aborts, resets, drops. */
  readonly disturbed: boolean
}

/** What a load is to expect of a unit that it uses. */
export interface Expectation {
  readonly lun: number
  readonly condition: UnitCondition
  /** Blocks from this one on have lost what they held; undefined: none. */
  readonly lostFrom?: number | undefined
}

/** Random ISIDs, RFC 7143 11.12.5, of which the loads take the first ones. */
const FIRST_ISID = 0x8000_5041_0000
/** How many blocks are read at once at the end. */
const SWEEP_BYTES = 262_144
/** How often a read of the last sweep is tried, and the time between. */
const SWEEP_TRIES = 1000
const SWEEP_PAUSE_MS = 50
const HANG_CHECK_MS = 1000
const SETTLE_LOOK_MS = 5
/** How long a loop rests that is ahead of the rate. */
const REST_MS = 2

/** Random operations by several sessions on a part of each unit, and what these must hold because of it. */
export class Load {
  readonly report = new Report()
  readonly units: readonly CheckedUnit[]
  readonly #options: LoadOptions
  readonly #sessions: readonly LoadSession[]
  readonly #choice: OperationChoice
  readonly #random: SeededRandom
  #address: LoadOptions['address']
  #serving = Promise.withResolvers<void>()
  #stopping = false
  #operations = 0
  #startedMs = 0
  #loops: Promise<unknown> = Promise.resolve()
  readonly #changing = new Map<number, ReturnType<LoadSession['changes']>[]>()

  constructor(options: LoadOptions) {
    this.#options = options
    this.#address = options.address
    this.#serving.resolve()
    this.#random = new SeededRandom(options.seed)
    this.units = options.units.map(plan => new CheckedUnit(plan, partOf(plan, options), this.report))
    this.#choice = new OperationChoice(this.units, this.#random)
    const book = new OutcomeBook(this.report, options.tolerance)
    this.#sessions = Array.from(
      { length: options.sessions },
      (_, number) => new LoadSession({ report: this.report, book, where: () => this.#where(number) }),
    )
  }

  /** Begins. */
  start(): void {
    this.#startedMs = performance.now()
    this.#loops = Promise.all(
      this.#sessions.flatMap(session => Array.from({ length: this.#options.depth }, () => this.#loop(session))),
    )
    void this.#watch()
  }

  /** The target's process is about to be killed: nobody logs in until it has started anew. */
  outage(): void {
    this.#serving = Promise.withResolvers()
  }

  /** The target's process has started anew: what was in memory is gone. */
  restarted(address: LoadOptions['address']): void {
    this.#address = address
    for (const unit of this.units) unit.restarted()
    this.#serving.resolve()
  }

  /** Something of what is served changes from now on, of which the nexuses are told. */
  changes(id: number, change: AnnouncedChange): void {
    this.#changing.set(
      id,
      this.#sessions.map(session => session.changes(change)),
    )
  }

  /** It has changed. */
  changed(id: number): void {
    const there = this.units.filter(({ stage }) => stage.condition.presence === Presence.there)
    const luns = new Set(there.map(({ plan }) => plan.lun))
    for (const done of this.#changing.get(id) ?? []) done(lun => luns.has(lun))
    this.#changing.delete(id)
  }

  /** The target may make something else of a unit from now on, or, where `isSettled`, does: what began before has ended then. */
  async expect({ lun, condition, lostFrom }: Expectation, isSettled: boolean): Promise<void> {
    for (const unit of this.units) {
      if (unit.plan.lun !== lun) continue
      unit.expect(condition)
      if (isSettled) await this.#settled(unit)
      if (lostFrom === undefined) continue
      unit.ledger.lose(lostFrom)
      // What was noted of those blocks meanwhile must be over before it could happen to them.
      unit.expect(condition)
      await this.#settled(unit)
    }
  }

  async #settled(unit: CheckedUnit): Promise<void> {
    const { stage } = unit
    while (this.#sessions.some(session => session.holdsEarlierThan(stage, unit))) await sleep(SETTLE_LOOK_MS)
  }

  /** Ends: everything on its way has ended then. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#loops
  }

  /** Reads all of its part of every unit through the wire and compares. */
  async sweep(): Promise<void> {
    const [session] = this.#sessions
    if (!session) return
    for (const unit of this.units) {
      const { range, plan } = unit
      const step = SWEEP_BYTES / plan.blockSizeBytes
      for (let lba = range.lba; lba < range.lba + range.blocks; lba += step) {
        const blocks = Math.min(step, range.lba + range.blocks - lba)
        await this.#readOnce(session, () => read({ unit, range: { lba, blocks }, fua: false }))
      }
    }
  }

  /** Logs out. */
  async end(): Promise<void> {
    for (const session of this.#sessions) await session.logout()
  }

  async #readOnce(session: LoadSession, make: () => ReturnType<typeof read>): Promise<void> {
    const before = this.report.counts.reads ?? 0
    // Unit attentions may have to be heard first, or a lane may be on its way back.
    for (let tries = SWEEP_TRIES; tries > 0; tries--) {
      await session.run(make)
      if ((this.report.counts.reads ?? 0) > before) return
      await sleep(SWEEP_PAUSE_MS)
    }
    this.report.find('the last sweep could not read')
  }

  async #loop(session: LoadSession): Promise<void> {
    while (!this.#stopping) {
      await this.#keepPace()
      await session.run(() => this.#choice.next())
      const { report } = this
      if (this.#options.disturbed && !this.#stopping)
        await maybeDisturb({ session, report, units: this.units, random: this.#random })
    }
  }

  async #keepPace(): Promise<void> {
    const perMs = this.#options.rate / 1000
    while (!this.#stopping && this.#operations > (performance.now() - this.#startedMs) * perMs) await sleep(REST_MS)
    this.#operations++
  }

  async #watch(): Promise<void> {
    while (!this.#stopping) {
      await sleep(HANG_CHECK_MS, undefined, { ref: false })
      for (const session of this.#sessions) session.lookForHangs()
    }
  }

  async #where(session: number): Promise<ConnectOptions> {
    await this.#serving.promise
    const { index, sessions } = this.#options
    const digests = session % 2 === 1 ? (['CRC32C'] as const) : (['None'] as const)
    return {
      ...this.#address,
      initiatorName: `iqn.2026-11.io.lunkit:soak${index}`,
      isid: FIRST_ISID + index * sessions + session,
      strict: true,
      offers: { HeaderDigest: digests, DataDigest: digests },
    }
  }
}

function partOf({ blocks }: UnitPlan, { index, loads }: LoadOptions) {
  const part = Math.floor(blocks / loads)
  return { lba: index * part, blocks: part }
}
