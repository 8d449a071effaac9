import { nexusBegun, nexusLost } from './nexus-rules.ts'
import type { UnitModel } from './unit-model.ts'
import type { NexusId } from './unit-state.ts'

/** What a case knows: the units in play, the nexuses that are there, and what has happened. */
export class Model {
  readonly units: readonly UnitModel[]
  readonly #loggedIn = new Set<NexusId>()
  /** What has happened, for a person who looks for what went wrong. */
  readonly trace: string[] = []
  #tag = 0

  constructor(units: readonly UnitModel[]) {
    this.units = units
  }

  /** A tag that no write has had. */
  readonly newTag = (): number => ++this.#tag

  isLoggedIn(nexus: NexusId): boolean {
    return this.#loggedIn.has(nexus)
  }

  /** A session of the nexus begins, maybe in the place of another one. */
  loggedIn(nexus: NexusId): void {
    if (this.#loggedIn.has(nexus)) this.loggedOut(nexus)
    this.#loggedIn.add(nexus)
    for (const unit of this.units) unit.change(state => nexusBegun(state, nexus))
  }

  /** The nexus is lost. */
  loggedOut(nexus: NexusId): void {
    this.#loggedIn.delete(nexus)
    for (const unit of this.units) unit.change(state => nexusLost(state, nexus))
  }
}
