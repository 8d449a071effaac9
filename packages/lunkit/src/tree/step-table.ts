import { addAcl, changeAcl, removeAcl, setDemoMode } from './access-steps.ts'
import { changeDisk, clearFault, closeDisk, openDisk, replaceDisk } from './disk-steps.ts'
import { addGroup, changeGroup, closePortal, openPortal, removeGroup } from './group-steps.ts'
import { mapLun, unmapLun } from './lun-steps.ts'
import { changeServer } from './server-steps.ts'
import type { StepKind, StepOf } from './step.ts'
import type { StepPlace } from './step-place.ts'
import { addTarget, changeTarget, removeTarget } from './target-steps.ts'
import type { TreeParts } from './tree-parts.ts'

/** How each kind of step is done. */
export const stepTable: {
  readonly [K in StepKind]: (parts: TreeParts, step: StepOf<K>, place: StepPlace) => void
} = {
  openDisk,
  replaceDisk,
  changeDisk,
  clearFault,
  closeDisk,
  addTarget,
  changeTarget,
  removeTarget,
  addGroup,
  changeGroup,
  removeGroup,
  openPortal,
  closePortal,
  addAcl,
  changeAcl,
  removeAcl,
  setDemoMode,
  mapLun,
  unmapLun,
  changeServer,
}
