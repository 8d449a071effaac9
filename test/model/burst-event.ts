import { TaskAttribute } from '@lunkit/scsi/transport'
import { raised, withAttentions } from './attention.ts'
import { endingsOf } from './device-rules.ts'
import type { UnitEvent } from './linearization.ts'
import { nexusBegun, nexusLost, unitReset } from './nexus-rules.ts'
import { type Observation, say } from './observation.ts'
import { senses } from './sense-triple.ts'
import type { UnitCommand } from './unit-command.ts'
import type { NexusId, UnitFacts, UnitState } from './unit-state.ts'

/** Where an event stands in what its nexus sent. */
interface Sent {
  readonly nexus: NexusId
  /** Its place in the burst. */
  readonly at: number
}

/** A command and what was seen of its end. */
export class CommandEvent implements UnitEvent {
  readonly #command: UnitCommand
  readonly #seen: Observation
  readonly #facts: UnitFacts
  #anyFormat = false
  #begunEarlier = false
  readonly sent: Sent
  readonly attribute: TaskAttribute

  constructor(sent: Sent & { facts: UnitFacts; attribute: TaskAttribute }, command: UnitCommand, seen: Observation) {
    this.sent = sent
    this.attribute = sent.attribute
    this.#facts = sent.facts
    this.#command = command
    this.#seen = seen
  }

  get words(): string {
    const { nexus, at } = this.sent
    const attribute = Object.entries(TaskAttribute).find(([, value]) => value === this.attribute)?.[0]
    return `${at}. nexus ${nexus}, ${attribute}: ${JSON.stringify(this.#command)} -> ${say(this.#seen)}`
  }

  get #seenAs(): readonly Observation[] {
    const seen = this.#seen
    if (seen.ended !== 'checkCondition' || !this.#anyFormat) return [seen]
    return [seen, { ...seen, descriptorFormat: !seen.descriptorFormat }]
  }

  /** Whether it changes D_SENSE, if it happens. */
  get changesFormat(): boolean {
    return this.#command.kind === 'modeSelect'
  }

  /** Never waits for others, whatever its attribute. */
  get isUnordered(): boolean {
    return this.#command.kind === 'inquiry' || this.#command.kind === 'requestSense'
  }

  /** D_SENSE may have been changed between the start of the command and its end: SPC-5 has nothing against either format. */
  allowAnyFormat(): void {
    this.#anyFormat = true
  }

  /**
   * The unit attention of a MODE SELECT of another nexus may have been established after the command was enabled: SAM-5 5.14
   * has it told by a command that is enabled later.
   */
  allowEarlierBeginning(): void {
    this.#begunEarlier = true
  }

  next(state: UnitState): readonly UnitState[] {
    return [...this.#after(state), ...this.#afterEarlierBeginning(state)]
  }

  #afterEarlierBeginning(state: UnitState): readonly UnitState[] {
    const { nexus } = this.sent
    const pending = state.attentions[nexus] ?? []
    const others = pending.filter(sense => sense !== senses.modeParametersChanged)
    if (!this.#begunEarlier || others.length === pending.length) return []
    const stillPending = (after: UnitState) => raised(after.attentions[nexus] ?? [], senses.modeParametersChanged)
    return this.#after(withAttentions(state, nexus, others)).map(after =>
      withAttentions(after, nexus, stillPending(after)),
    )
  }

  #after(state: UnitState): readonly UnitState[] {
    const endings = endingsOf(this.#command, { state, facts: this.#facts, nexus: this.sent.nexus })
    if (this.#seen.ended === 'unknown')
      return [state, ...endings.flatMap(ending => [ending.state, ...(ending.halfway ?? [])])]
    return endings.filter(({ sees }) => this.#seenAs.some(sees)).map(ending => ending.state)
  }

  precedes(other: UnitEvent): boolean {
    if (!(other instanceof CommandEvent)) return isOfNexus(other, this.sent) && this.sent.at < placeOf(other)
    if (other.sent.nexus !== this.sent.nexus || other.sent.at < this.sent.at) return false
    if (this.isUnordered || other.isUnordered) return false
    // SAM-5 8.6: what is HEAD OF QUEUE may pass what came before it; what came before ORDERED ends first.
    if (other.attribute === TaskAttribute.headOfQueue) return false
    return (
      [this.attribute, other.attribute].some(each => each === TaskAttribute.ordered) ||
      this.attribute === TaskAttribute.headOfQueue
    )
  }
}

/** A reset or a loss: what its nexus sent before comes before it, and what it sent later after it. */
abstract class Boundary implements UnitEvent {
  readonly sent: Sent
  abstract readonly words: string
  abstract next(state: UnitState): readonly UnitState[]

  constructor(sent: Sent) {
    this.sent = sent
  }

  precedes(other: UnitEvent): boolean {
    return isOfNexus(other, this.sent) && placeOf(other) > this.sent.at
  }
}

/** LOGICAL UNIT RESET. */
export class ResetEvent extends Boundary {
  get words(): string {
    return `${this.sent.at}. nexus ${this.sent.nexus}: LOGICAL UNIT RESET`
  }

  next(state: UnitState): readonly UnitState[] {
    return [unitReset(state)]
  }
}

/** The nexus lost its session, and has a new one. */
export class LossEvent extends Boundary {
  get words(): string {
    return `${this.sent.at}. nexus ${this.sent.nexus}: loses its session, and logs in again`
  }

  next(state: UnitState): readonly UnitState[] {
    return [nexusBegun(nexusLost(state, this.sent.nexus), this.sent.nexus)]
  }
}

/** Any of them. */
export type BurstEvent = CommandEvent | ResetEvent | LossEvent

const sentOf = (event: UnitEvent): Sent | undefined =>
  event instanceof CommandEvent || event instanceof Boundary ? event.sent : undefined
const isOfNexus = (event: UnitEvent, { nexus }: Sent): boolean => sentOf(event)?.nexus === nexus
const placeOf = (event: UnitEvent): number => sentOf(event)?.at ?? 0
