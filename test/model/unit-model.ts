import { distinct, linearize, type UnitEvent } from './linearization.ts'
import type { SenseTriple } from './sense-triple.ts'
import { tagsOf } from './tagged-block.ts'
import { freshState, type NexusId, type UnitFacts, type UnitState } from './unit-state.ts'

/** What was seen has no explanation. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
}

/** A unit as the model knows it: every state that explains all that was seen so far. */
export class UnitModel {
  readonly facts: UnitFacts
  #states: readonly UnitState[]

  constructor(facts: UnitFacts) {
    this.facts = facts
    this.#states = [freshState(facts)]
  }

  /** One of the states; most of the time there is no other. */
  get likely(): UnitState {
    return this.#states[0] as UnitState
  }

  /** How many states there are. */
  get uncertainty(): number {
    return this.#states.length
  }

  /** Whether a nexus may have this unit attention yet to hear. */
  mayTell(nexus: NexusId, sense: SenseTriple): boolean {
    return this.#states.some(({ attentions }) => attentions[nexus]?.includes(sense))
  }

  /** Something happened to the unit that is known for sure. */
  change(next: (state: UnitState) => UnitState): void {
    this.#states = distinct(this.#states.map(next))
  }

  /**
   * Events that were on their way together.
   * @throws {ModelError} when no serial order of them explains what was seen
   */
  observe(events: readonly UnitEvent[]): void {
    const after = linearize(this.#states, events)
    if (after.length === 0) throw new ModelError(this.#unexplained(events))
    this.#states = after
  }

  /**
   * All that the medium holds while nothing is on its way.
   * @throws {ModelError} when it cannot hold that
   */
  observeMedium(bytes: Uint8Array): void {
    const tags = tagsOf(bytes, this.facts.blockSizeBytes)
    const after = this.#states.filter(({ medium }) => medium.every((tag, at) => tag === tags[at]))
    if (after.length > 0) this.#states = after
    else throw new ModelError(`${this.facts.name} holds ${tags.join(' ')}\n${this.#known()}`)
  }

  #unexplained(events: readonly UnitEvent[]): string {
    const seen = events.map(({ words }) => `  ${words}`).join('\n')
    return `${this.facts.name}: no order of these explains what was seen:\n${seen}\n${this.#known()}`
  }

  #known(): string {
    const shown = this.#states.slice(0, 3).map(state => `  ${JSON.stringify(state)}`)
    return `It was one of ${this.#states.length}:\n${shown.join('\n')}`
  }
}
