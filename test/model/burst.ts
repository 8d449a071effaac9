import { AbortedError, type Command, ConnectionError, ProtocolError } from '@lunkit/initiator'
import { TaskManagementResponseCode } from '@lunkit/pdu'
import { TaskManagementFunction } from '@lunkit/scsi/transport'
import { type BurstEvent, CommandEvent, LossEvent, ResetEvent } from './burst-event.ts'
import { requestOf } from './command-request.ts'
import { commandOf, type Draft } from './draft.ts'
import type { Model } from './model.ts'
import { type Observation, observe } from './observation.ts'
import { senses } from './sense-triple.ts'
import type { Served } from './served.ts'
import { ModelError, type UnitModel } from './unit-model.ts'
import type { NexusId } from './unit-state.ts'

/** A task management function of a nexus for a unit; `abort` is for the last command that the nexus sent. */
export interface ManagementEntry {
  readonly does: 'abort' | 'abortAll' | 'clearAll' | 'reset'
  readonly nexus: NexusId
  readonly unit: number
}

/** What is done in a burst, without waiting for what was done before. `pause` lets the others have a turn. */
export type BurstEntry =
  | { readonly does: 'command'; readonly draft: Draft }
  | ManagementEntry
  | { readonly does: 'drop' | 'reinstate' | 'logout'; readonly nexus: NexusId }
  | { readonly does: 'pause' }

const FUNCTIONS = {
  abort: TaskManagementFunction.abortTask,
  abortAll: TaskManagementFunction.abortTaskSet,
  clearAll: TaskManagementFunction.clearTaskSet,
  reset: TaskManagementFunction.logicalUnitReset,
} as const

/** A command on its way. */
interface SentCommand {
  readonly nexus: NexusId
  readonly unit: UnitModel
  readonly command: Command
  /** What it was, once it is known what was seen of it. */
  event(seen: Observation): CommandEvent
}

/** Commands, functions and losses of sessions that are on their way together. */
export class Burst {
  readonly #model: Model
  readonly #served: Served
  readonly #sent: SentCommand[] = []
  readonly #managed: ManagementEntry[] = []
  readonly #lost = new Set<NexusId>()
  readonly #events: { unit: UnitModel; event: BurstEvent }[] = []
  /** Everything that has to end before the burst has. */
  readonly #ends: Promise<void>[] = []

  constructor(model: Model, served: Served) {
    this.#model = model
    this.#served = served
  }

  /**
   * Does all of it, waits until it has ended, and has the units explain it.
   * @throws {ModelError} when they cannot
   */
  async run(entries: readonly BurstEntry[]): Promise<void> {
    for (const [at, entry] of entries.entries()) await this.#begin(entry, at)
    const { trace, units } = this.#model
    await this.#served.within(Promise.all([...this.#ends, ...this.#sent.map(each => this.#end(each))]), 'a burst')
    trace.push(`burst:\n${this.#events.map(({ unit, event }) => `  ${unit.facts.name}: ${event.words}`).join('\n')}`)
    for (const unit of units) this.#explain(unit)
  }

  #explain(unit: UnitModel): void {
    const events = this.#events.filter(each => each.unit === unit).map(({ event }) => event)
    const formatChanges = events.some(
      event => event instanceof ResetEvent || (event instanceof CommandEvent && event.changesFormat),
    )
    if (formatChanges) for (const event of events) if (event instanceof CommandEvent) event.allowAnyFormat()
    const commands = events.filter(event => event instanceof CommandEvent)
    for (const event of commands) if (mayPassAttention(event, commands, unit)) event.allowEarlierBeginning()
    unit.observe(events)
  }

  async #begin(entry: BurstEntry, at: number): Promise<void> {
    if (entry.does === 'pause') await new Promise(resolve => setImmediate(resolve))
    else if (entry.does === 'command') this.#send(entry.draft, at)
    else if (!this.#isThere(entry.nexus)) return
    else if ('unit' in entry) this.#manage(entry, at)
    else this.#lose(entry, at)
  }

  #isThere(nexus: NexusId): boolean {
    return this.#model.isLoggedIn(nexus) && !this.#lost.has(nexus)
  }

  #send(draft: Draft, at: number): void {
    const { nexus, attribute } = draft
    const unit = this.#unit(draft.unit)
    if (!this.#isThere(nexus)) return
    const { facts } = unit
    const command = commandOf(draft, { facts, state: unit.likely, newTag: this.#model.newTag })
    const part = requestOf(command, { facts, control: this.#served.control(facts.lun) })
    const sent = this.#served.execute(nexus, { ...part, lun: facts.lun, attribute })
    ignored(sent.result)
    this.#sent.push({
      nexus,
      unit,
      command: sent,
      event: seen => new CommandEvent({ nexus, at, facts, attribute }, command, seen),
    })
  }

  #manage(entry: ManagementEntry, at: number): void {
    const { does, nexus } = entry
    const unit = this.#unit(entry.unit)
    const last = this.#sent.findLast(each => each.nexus === nexus)
    if (unit.facts.absent || (does === 'abort' && !last)) return
    this.#managed.push(entry)
    const target = does === 'abort' && last ? { command: last.command } : { lun: unit.facts.lun }
    this.#endsWith(this.#answered(this.#served.session(nexus).taskManagement(FUNCTIONS[does], target), entry))
    if (does === 'reset') this.#events.push({ unit, event: new ResetEvent({ nexus, at }) })
  }

  async #answered(response: Promise<number>, { does, nexus }: ManagementEntry): Promise<void> {
    const { functionComplete, taskDoesNotExist } = TaskManagementResponseCode
    try {
      const code = await response
      if (code !== functionComplete && !(does === 'abort' && code === taskDoesNotExist))
        throw new ModelError(`nexus ${nexus}: ${does} was answered with ${code}`)
    } catch (error) {
      if (!(error instanceof ConnectionError && this.#lost.has(nexus))) throw error
    }
  }

  #lose({ does, nexus }: { does: 'drop' | 'reinstate' | 'logout'; nexus: NexusId }, at: number): void {
    const session = this.#served.session(nexus)
    this.#lost.add(nexus)
    const gone = does === 'logout' ? session.close() : Promise.resolve()
    if (does === 'drop') session.destroy()
    this.#endsWith(gone.then(() => this.#served.login(nexus)))
    for (const unit of this.#model.units) this.#events.push({ unit, event: new LossEvent({ nexus, at }) })
  }

  #endsWith(end: Promise<void>): void {
    ignored(end)
    this.#ends.push(end)
  }

  async #end(sent: SentCommand): Promise<void> {
    const seen = await this.#seen(sent)
    this.#events.push({ unit: sent.unit, event: sent.event(seen) })
    if (seen.ended === 'unknown' && !this.#isExplained(sent))
      throw new ModelError(`nobody aborted it: ${sent.event(seen).words}`)
  }

  async #seen({ command, nexus }: SentCommand): Promise<Observation> {
    try {
      return observe(await command.result)
    } catch (error) {
      if (error instanceof ProtocolError) throw error
      if (error instanceof AbortedError) return { ended: 'unknown', why: 'aborted' }
      if (error instanceof ConnectionError && this.#lost.has(nexus)) return { ended: 'unknown', why: 'lost' }
      throw error
    }
  }

  /** Whether something in the burst may have ended a command without a result. */
  #isExplained({ nexus, unit }: SentCommand): boolean {
    if (this.#lost.has(nexus)) return true
    return this.#managed.some(each => {
      const ofUnit = this.#unit(each.unit) === unit
      if (each.does === 'abort') return each.nexus === nexus
      return ofUnit && (each.does !== 'abortAll' || each.nexus === nexus)
    })
  }

  #unit(index: number): UnitModel {
    const unit = this.#model.units[index]
    if (!unit) throw new Error(`there is no unit ${index} in play`)
    return unit
  }
}

/** A promise that may fail before anybody waits for it. */
function ignored(promise: Promise<unknown>): void {
  promise.catch(() => undefined)
}

/** Whether a MODE SELECT of another nexus was on its way with a command, and its nexus had nothing of that kind to hear yet. */
const mayPassAttention = ({ sent }: CommandEvent, others: readonly CommandEvent[], unit: UnitModel): boolean =>
  others.some(other => other.changesFormat && other.sent.nexus !== sent.nexus) &&
  !unit.mayTell(sent.nexus, senses.modeParametersChanged)
