import type { Owner } from './owner.ts'
import type { Step, StepKind } from './step.ts'
import type { StepPlace } from './step-place.ts'
import { stepTable } from './step-table.ts'
import type { TreeParts } from './tree-parts.ts'

type Row = (parts: TreeParts, step: Step, place: StepPlace) => void

/** The one owner there is today: the thread that has the sockets, the sessions and the descriptors. */
export class ProtocolThread implements Owner {
  readonly name = 'protocol'
  readonly #parts: TreeParts

  constructor(parts: TreeParts) {
    this.#parts = parts
  }

  perform(step: Step, place: StepPlace): void {
    // The row of a step's kind takes that step.
    const row = (stepTable as { readonly [K in StepKind]: unknown })[step.kind] as Row
    row(this.#parts, step, place)
  }
}
