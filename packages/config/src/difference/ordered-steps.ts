import type { PlanStep } from './plan-step.ts'

/**
 * When a step is done. What may be refused by the system comes as early as what it needs allows; portals come after all that
 * is seen through them; what takes away comes after all that, so that a failure before has taken nothing away.
 */
const STAGES = [
  'server',
  /** Nobody is let in any more, before more is given. */
  'refuse',
  /** What must go, so that what comes has room: LUNs first, then what they are. */
  'freeLuns',
  'freePortals',
  'freeDisks',
  'disks',
  'targets',
  'groups',
  /** Before demo mode: an initiator with an ACL is restricted to it. */
  'acls',
  'demoModes',
  'luns',
  'portals',
  'unmap',
  /** Before ACLs go, whose initiators would be let in by it. */
  'endDemoModes',
  'removeAcls',
  'closePortals',
  'removeGroups',
  'removeTargets',
  'closeDisks',
  /** Who was refused is let in, when there is nothing left to see that is taken away. */
  'admit',
] as const

/** When a step is done. */
export type Stage = (typeof STAGES)[number]

/** Steps that are found in any order and done by stages. */
export class OrderedSteps {
  readonly #stages = new Map<Stage, PlanStep[]>(STAGES.map(stage => [stage, []]))

  add(stage: Stage, step: PlanStep): void {
    this.#stages.get(stage)?.push(step)
  }

  get all(): readonly PlanStep[] {
    return [...this.#stages.values()].flat()
  }
}
