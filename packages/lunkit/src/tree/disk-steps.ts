import type { Storage } from '../storage.ts'
import { DiskNode } from './lun-entry.ts'
import { setLun } from './lun-steps.ts'
import type { StepOf } from './step.ts'
import type { StepPlace } from './step-place.ts'
import type { Transaction } from './transaction.ts'
import type { TreeParts } from './tree-parts.ts'

/** A disk that is to be opened, in the place of one of the same key that could not be. */
export function openDisk(parts: TreeParts, step: StepOf<'openDisk'>, { transaction, at }: StepPlace): void {
  const { disk: key, storage, target } = step
  const known = parts.disks.get(key)
  if (known && (known.disk || transaction.isOpening(known))) throw new RangeError(`the disk ${key} is open already`)
  const node = known ?? new DiskNode({ key, storage, target })
  setStorage(node, storage, transaction)
  if (!known) put(parts, node, transaction)
  transaction.open({ at, node })
}

/** A disk that is to be opened when another one was closed: of the same key, whose LUNs stay, or of another. */
export function replaceDisk(parts: TreeParts, step: StepOf<'replaceDisk'>, { transaction, at }: StepPlace): void {
  const { disk: key, replaces, storage } = step
  const old = parts.disk(replaces)
  if (key === replaces) {
    setStorage(old, storage, transaction)
    transaction.open({ at, node: old, replaced: transaction.leave(old) })
    return
  }
  if (parts.disks.has(key)) throw new RangeError(`there is a disk ${key} already`)
  const replaced = transaction.leave(old)
  takeOut(parts, old, transaction)
  const node = new DiskNode({ key, storage, target: old.target })
  put(parts, node, transaction)
  transaction.open({ at, node, replaced })
}

/** Another size or other attributes of a disk that is open; of one that could not be opened, what it is opened with later. */
export function changeDisk(parts: TreeParts, step: StepOf<'changeDisk'>, { transaction, at }: StepPlace): void {
  const node = parts.disk(step.disk)
  const { disk, storage: from } = node
  const { storage: to, resize } = step
  setStorage(node, to, transaction)
  if (disk && !transaction.isOpening(node)) transaction.change({ at, node, disk, from, to, resize })
}

/** Forgets that a flush of a disk that is open has failed, when nothing can fail any more. */
export function clearFault(parts: TreeParts, { disk: key }: StepOf<'clearFault'>, { transaction }: StepPlace): void {
  const node = parts.disk(key)
  if (!node.disk) throw new RangeError(`the disk ${key} is not open, so that it has no fault to clear`)
  transaction.faultsCleared.add(node)
}

/** Takes a disk away, with its LUNs; it is closed when nothing can fail any more. */
export function closeDisk(parts: TreeParts, { disk: key }: StepOf<'closeDisk'>, { transaction }: StepPlace): void {
  const node = parts.disk(key)
  const open = transaction.leave(node)
  takeOut(parts, node, transaction)
  if (open) transaction.closings.add(open.disk)
}

function setStorage(node: DiskNode, storage: Storage, transaction: Transaction): void {
  const { storage: before } = node
  node.storage = storage
  transaction.undo(() => {
    node.storage = before
  })
}

function put({ disks }: TreeParts, node: DiskNode, transaction: Transaction): void {
  disks.set(node.key, node)
  transaction.undo(() => void disks.delete(node.key))
}

function takeOut({ disks }: TreeParts, node: DiskNode, transaction: Transaction): void {
  for (const { table, lun } of [...node.places]) setLun(table, { lun, entry: undefined }, transaction)
  disks.delete(node.key)
  transaction.undo(() => void disks.set(node.key, node))
}
