import type { SenseTriple } from './sense-triple.ts'
import type { Tag } from './tagged-block.ts'

/** An I_T nexus by the place of its initiator port in the test. */
export type NexusId = number

/** What a logical unit is like at one time, as far as an initiator can see it. Never changed: each step makes a new one. */
export interface UnitState {
  /** What each block holds. */
  readonly medium: readonly Tag[]
  /** Who holds the SPC-2 reservation. */
  readonly holder: NexusId | undefined
  /** The unit attentions that each nexus has yet to hear; a nexus that was never there has none. */
  readonly attentions: Readonly<Record<NexusId, readonly SenseTriple[]>>
  /** SWP of the control mode page. */
  readonly softwareWriteProtected: boolean
  /** D_SENSE of the control mode page. */
  readonly descriptorSense: boolean
}

/** What stays the same in a unit as long as it is served. */
export interface UnitFacts {
  readonly lun: number
  readonly name: string
  readonly blocks: number
  readonly blockSizeBytes: number
  /** The nexuses that see it write-protected. */
  readonly readOnlyFor: readonly NexusId[]
  /** There is no such unit: nothing but its number. */
  readonly absent?: boolean
}

/** A unit with an empty medium that nobody has seen yet. */
export const freshState = ({ blocks }: UnitFacts): UnitState => ({
  medium: Array.from({ length: blocks }, () => 0),
  holder: undefined,
  attentions: {},
  softwareWriteProtected: false,
  descriptorSense: false,
})

/** One text for states that are alike. */
export const keyOf = (state: UnitState): string => JSON.stringify(state)
