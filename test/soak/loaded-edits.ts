import { setTimeout as sleep } from 'node:timers/promises'
import type { SeededRandom } from '../harness/seeded-random.ts'
import type { Expectation } from './load.ts'
import type { AnnouncedChange } from './load-session.ts'
import type { LoadedEdit, Removal } from './loaded-edit.ts'
import type { UnitPlan } from './unit-plan.ts'
import { Presence, type UnitCondition } from './unit-stage.ts'

/** Who makes edits of units under load, and who has to know of them. */
export interface LoadedEditsOptions {
  readonly random: SeededRandom
  /** The units. */
  readonly plans: readonly UnitPlan[]
  /** How units can be taken away. */
  readonly removals: readonly Removal[]
  /** How long a unit is away, or smaller, at most. */
  readonly longestMs: number
  readonly perform: (edit: LoadedEdit) => Promise<void>
  /** Has every load expect something of a unit; `isSettled`: what began before has ended then. */
  readonly expect: (expectation: Expectation, isSettled: boolean) => Promise<void>
  /** Makes a change of which the nexuses of every load are to be told. */
  readonly announcing: (change: AnnouncedChange, make: () => Promise<void>) => Promise<void>
}

/**
 * Takes units away that are under load, or makes them smaller, and undoes that after a while. A file keeps what lies
 * behind a smaller end, and memory does not.
 */
export class LoadedEdits {
  readonly #options: LoadedEditsOptions

  constructor(options: LoadedEditsOptions) {
    this.#options = options
  }

  /** Makes one such edit, and undoes it. */
  async edit(): Promise<void> {
    const { plans, random, removals } = this.#options
    const plan = random.pick(plans)
    if (random.once(2)) await this.#resize(plan, 1 + random.below(plan.blocks - 1))
    else await this.#takeAway(plan, random.pick(removals))
  }

  async #takeAway(plan: UnitPlan, kind: Removal): Promise<void> {
    const { lun, volatile } = plan
    const announced = { what: 'reportedLunsDataHasChanged', luns: this.#options.plans.map(each => each.lun) } as const
    const steps = { plan, announced }
    const lostFrom = volatile && kind === 'close' ? 0 : undefined
    await this.#make({ kind, lun }, { ...steps, during: Presence.changing, after: Presence.absent, lostFrom })
    await this.#whileAfter()
    await this.#make({ kind: 'restore', lun }, { ...steps, during: Presence.changing, after: Presence.there })
  }

  async #resize(plan: UnitPlan, least: number): Promise<void> {
    const { lun, blocks, volatile } = plan
    const announced = { what: 'capacityDataHasChanged', luns: [lun] } as const
    const steps = { plan, announced, during: Presence.there, after: Presence.there, least }
    await this.#make(
      { kind: 'resize', lun, blocks: least },
      { ...steps, most: least, lostFrom: volatile ? least : undefined },
    )
    await this.#whileAfter()
    await this.#make({ kind: 'resize', lun, blocks }, steps)
  }

  async #make(edit: LoadedEdit, steps: Steps): Promise<void> {
    const { plan, announced, during, after, least = plan.blocks, most = plan.blocks, lostFrom } = steps
    const { lun } = edit
    const { expect, perform, announcing } = this.#options
    const whole = { leastBlocks: plan.blocks, mostBlocks: plan.blocks }
    const between: UnitCondition = { ...whole, presence: during, leastBlocks: least }
    await expect({ lun, condition: between }, false)
    await announcing(announced, () => perform(edit))
    const isWhole = most === plan.blocks
    const condition = { ...(isWhole ? whole : { leastBlocks: most, mostBlocks: most }), presence: after }
    await expect({ lun, condition, lostFrom }, true)
  }

  #whileAfter(): Promise<void> {
    const { longestMs, random } = this.#options
    return sleep(random.below(longestMs))
  }
}

/** What is to be expected of a unit while an edit is made, and after it. */
interface Steps {
  readonly plan: UnitPlan
  readonly announced: AnnouncedChange
  readonly during: Presence
  readonly after: Presence
  /** Blocks that there are for certain while it is made; all when left out. */
  readonly least?: number
  /** Blocks that there are after it; all when left out. */
  readonly most?: number
  readonly lostFrom?: number | undefined
}
