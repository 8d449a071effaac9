/** Whether initiators see a unit: for certain, perhaps, because it comes or goes just now, or not. */
export const Presence = { there: 'there', changing: 'changing', absent: 'absent' } as const
export type Presence = (typeof Presence)[keyof typeof Presence]

/** What a target may make of a unit at one time; the sizes differ while it is resized. */
export interface UnitCondition {
  readonly presence: Presence
  readonly leastBlocks: number
  readonly mostBlocks: number
}

/**
 * A time in the life of a unit. An operation knows the one that it began in and, because each knows the next, all that there
 * were until it has ended: the target may have done it at any of them.
 */
export class UnitStage {
  readonly condition: UnitCondition
  #next: UnitStage | undefined

  constructor(condition: UnitCondition) {
    this.condition = condition
  }

  /** Another one begins. */
  followedBy(condition: UnitCondition): UnitStage {
    this.#next = new UnitStage(condition)
    return this.#next
  }

  /** Whether there was one from this one on of which this is true. */
  some(isTrue: (condition: UnitCondition) => boolean): boolean {
    return isTrue(this.condition) || (this.#next?.some(isTrue) ?? false)
  }
}
