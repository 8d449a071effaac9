/** What a logical unit knows of its device type. */
export interface UnitType {
  /** What messages call it. */
  readonly name: string
  /** False for a number without a unit, which has no attentions and takes no task management functions. */
  readonly exists: boolean
}
