import { allow, changeBurst, closePortal, forbid, openPortal, openToAll } from './access-changes.ts'
import { addLun, addLunAndInitiator, changeAttribute, removeLun, resizeLun, shareLun } from './lun-changes.ts'
import type { ChangeChoice, ProgramChange } from './program-change.ts'
import type { Part, ProgramTarget } from './program-model.ts'
import { addTarget, removeTarget } from './target-changes.ts'

type Weighted<T> = readonly (readonly [weight: number, choose: T])[]
type OfOne = (target: ProgramTarget, choice: ChangeChoice) => ProgramChange

/** How often each part of a target is changed, and in which ways, beside each other. */
const CHANGES_OF: Readonly<Record<Part, Weighted<OfOne>>> = {
  luns: [
    [4, addLun],
    [2, shareLun],
    [3, removeLun],
    [4, resizeLun],
    [3, changeAttribute],
    [2, addLunAndInitiator],
  ],
  access: [
    [3, allow],
    [2, forbid],
    [2, changeBurst],
  ],
  openness: [[2, openToAll]],
  portals: [
    [3, openPortal],
    [2, closePortal],
  ],
}
/** How often each change of no one target is made, beside those. */
const CHANGES: Weighted<(choice: ChangeChoice) => ProgramChange> = [
  [12, changeOfOne],
  [3, addTarget],
  [2, removeTarget],
]

/** Any of all changes. */
export function anyChange(choice: ChangeChoice): ProgramChange {
  return choice.random.pickWeighted(CHANGES)(choice)
}

function changeOfOne(choice: ChangeChoice): ProgramChange {
  const { random, model } = choice
  const target = random.pick([...model.targets.values()])
  return random.pickWeighted(target.changes.flatMap(part => CHANGES_OF[part]))(target, choice)
}
