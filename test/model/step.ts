import fc from 'fast-check'
import { Burst, type BurstEntry } from './burst.ts'
import { draft, NEXUSES, UNITS_IN_PLAY } from './draft.ts'
import type { Model } from './model.ts'
import { unitReset } from './nexus-rules.ts'
import type { Served } from './served.ts'
import type { UnitModel } from './unit-model.ts'
import type { NexusId } from './unit-state.ts'

/** One step of a case. */
export type Step = fc.AsyncCommand<Model, Served>

/** Units that may be like so many different states are looked at. */
const MOST_STATES = 48

/** Reads all of a unit while nothing is on its way, which settles what it holds. */
export async function settle(unit: UnitModel, served: Served): Promise<void> {
  if (unit.facts.absent) return
  unit.change(unitReset)
  unit.observeMedium(await served.readAll(unit.facts))
}

/** Several things at once. */
class BurstStep implements Step {
  readonly #entries: readonly BurstEntry[]

  constructor(entries: readonly BurstEntry[]) {
    this.#entries = entries
  }

  check(): boolean {
    return true
  }

  async run(model: Model, served: Served): Promise<void> {
    await new Burst(model, served).run(this.#entries)
    for (const unit of model.units) if (unit.uncertainty > MOST_STATES) await settle(unit, served)
  }

  toString(): string {
    return `burst ${JSON.stringify(this.#entries)}`
  }
}

/** A nexus logs in, be it there or not. */
class LoginStep implements Step {
  readonly #nexus: NexusId

  constructor(nexus: NexusId) {
    this.#nexus = nexus
  }

  check(): boolean {
    return true
  }

  async run(model: Model, served: Served): Promise<void> {
    model.trace.push(`nexus ${this.#nexus} logs in`)
    await served.login(this.#nexus)
    model.loggedIn(this.#nexus)
  }

  toString(): string {
    return `login ${this.#nexus}`
  }
}

/** A nexus logs out. */
class LogoutStep implements Step {
  readonly #nexus: NexusId

  constructor(nexus: NexusId) {
    this.#nexus = nexus
  }

  check(model: Readonly<Model>): boolean {
    return model.isLoggedIn(this.#nexus)
  }

  async run(model: Model, served: Served): Promise<void> {
    model.trace.push(`nexus ${this.#nexus} logs out`)
    await served.logout(this.#nexus)
    model.loggedOut(this.#nexus)
  }

  toString(): string {
    return `logout ${this.#nexus}`
  }
}

const nexus = fc.nat(NEXUSES - 1)
const command = draft.map((each): BurstEntry => ({ does: 'command', draft: each }))
const management = fc.record({
  does: fc.constantFrom<('abort' | 'abortAll' | 'clearAll' | 'reset')[]>(
    'abort',
    'abort',
    'abortAll',
    'clearAll',
    'reset',
  ),
  nexus,
  unit: fc.nat(UNITS_IN_PLAY - 1),
})
const loss = fc.record({
  does: fc.constantFrom<('drop' | 'reinstate' | 'logout')[]>('drop', 'reinstate', 'logout'),
  nexus,
})
const pause = fc.constant<BurstEntry>({ does: 'pause' })
const entry: fc.Arbitrary<BurstEntry> = fc.oneof(
  { weight: 14, arbitrary: command },
  { weight: 2, arbitrary: management },
  { weight: 1, arbitrary: loss },
  { weight: 2, arbitrary: pause },
)
const LONGEST_BURST = 7

/** Every kind of step, the likely ones more often than once. */
export const STEPS: fc.Arbitrary<Step>[] = [
  ...Array.from({ length: 5 }, () => command.map((each): Step => new BurstStep([each]))),
  ...Array.from({ length: 3 }, () =>
    fc.array(entry, { minLength: 2, maxLength: LONGEST_BURST }).map((each): Step => new BurstStep(each)),
  ),
  nexus.map((each): Step => new LoginStep(each)),
  nexus.map((each): Step => new LogoutStep(each)),
]
