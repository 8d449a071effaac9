import type { Disk, DiskServer, Step } from 'lunkit'
import { type ChangeChoice, mostly, type ProgramChange, served } from './program-change.ts'
import {
  type ChangedAttributes,
  type ProgramDisk,
  type ProgramLun,
  type ProgramTarget,
  storageOf,
} from './program-model.ts'

const MIB = 2 ** 20
/** LUNs below are there from the start, and in use. */
const FIRST_LUN = 3
const LUNS = Array.from({ length: 6 }, (_, at) => FIRST_LUN + at)
const SMALLEST_BYTES = 512
const FLAGS: readonly (keyof ChangedAttributes)[] = ['emulateCaw', 'emulateFuaWrite', 'emulateTpu']
/** The portal group that a target of a program has. */
const TAG = 1
const NO_PORTAL = { host: '127.0.0.9', port: 9 }

/** A disk that is made for it under a number; now and then one that cannot be opened. */
export function addLun(target: ProgramTarget, choice: ChangeChoice): ProgramChange {
  const lun = anyLun(target, choice, 'free')
  const writeProtected = choice.random.once(3)
  const { disk, refusal } = anyDisk(choice)
  return {
    title: `addLun ${lun} of ${target.name}: a new disk`,
    make: () => served(choice.server, target.name).addLun(storageOf(disk), { lun, writeProtected }),
    refusal: refusalOf(target, lun) ?? refusal,
    follow: () => void target.luns.set(lun, { disk, writeProtected }),
  }
}

/** A disk that another target has. */
export function shareLun(target: ProgramTarget, choice: ChangeChoice): ProgramChange {
  const other = sharedLun(target, choice)
  if (!other) return addLun(target, choice)
  const { random, server } = choice
  const lun = anyLun(target, choice, 'free')
  const writeProtected = random.once(3)
  const { disk } = other
  return {
    title: `addLun ${lun} of ${target.name}: LUN ${other.lun} of ${other.target}`,
    make: () => served(server, target.name).addLun(diskAt(server, other), { lun, writeProtected }),
    refusal: refusalOf(target, lun),
    follow: () => void target.luns.set(lun, { disk, writeProtected }),
  }
}

/** The disk is closed, unless it is another LUN too. */
export function removeLun(target: ProgramTarget, choice: ChangeChoice): ProgramChange {
  const lun = anyLun(target, choice, 'taken')
  return {
    title: `removeLun ${lun} of ${target.name}`,
    make: () => served(choice.server, target.name).removeLun(lun),
    refusal: target.luns.has(lun) ? undefined : NO_LUN,
    follow: () => void target.luns.delete(lun),
  }
}

/** Larger or smaller, to what its file has, or now and then to what cannot be. */
export function resizeLun(target: ProgramTarget, choice: ChangeChoice): ProgramChange {
  const lun = anyLun(target, choice, 'taken')
  const { random } = choice
  const disk = target.luns.get(lun)?.disk
  const sizeBytes = random.pick([
    ...Array.from({ length: 8 }, (_, at) => (at + 1) * MIB),
    SMALLEST_BYTES - 1,
    undefined,
  ])
  return {
    title: `resizeLun ${lun} of ${target.name} to ${sizeBytes}`,
    make: () => served(choice.server, target.name).resizeLun(lun, sizeBytes),
    refusal: disk ? sizeRefusal(disk, sizeBytes) : NO_LUN,
    follow: () => {
      if (!disk) return
      disk.sizeBytes = sizeBytes ?? disk.fileBytes
      disk.fileBytes = Math.max(disk.fileBytes, disk.sizeBytes)
    },
  }
}

/** One of the attributes of a unit, or what cannot change while it is served. */
export function changeAttribute(target: ProgramTarget, choice: ChangeChoice): ProgramChange {
  const { random, server } = choice
  const changeable = [...target.luns].filter(([lun]) => lun >= FIRST_LUN)
  if (changeable.length === 0) return addLun(target, choice)
  const [lun, { disk }] = random.pick<[number, ProgramLun]>(changeable)
  const flag = random.pick(FLAGS)
  const attributes = { ...disk.attributes, [flag]: !disk.attributes[flag] }
  const isWrong = random.once(4)
  const storage = storageOf({ ...disk, attributes: isWrong ? { ...attributes, ...FIXED } : attributes })
  return {
    title: `changeDisk of LUN ${lun} of ${target.name}: ${flag}`,
    make: () =>
      server.tree.apply([{ kind: 'changeDisk', disk: diskAt(server, { target: target.name, lun }).key, storage }]),
    refusal: isWrong ? 'blockSizeBytes cannot become 4096 while it is served' : undefined,
    follow: () => void (disk.attributes = attributes),
  }
}

/** A disk, where it is seen, and an initiator that sees it: all of it or, with a last step that cannot be done, nothing. */
export function addLunAndInitiator(target: ProgramTarget, choice: ChangeChoice): ProgramChange {
  const { random, server } = choice
  const initiator = choice.initiators.find(each => !target.initiators.has(each))
  const lun = LUNS.find(each => !target.luns.has(each))
  if (initiator === undefined || lun === undefined) return removeLun(target, choice)
  const disk = choice.newDisk()
  const isWrong = random.once(3)
  const of = { target: target.name, tag: TAG }
  const steps = (): Step[] => [
    { kind: 'openDisk', disk: disk.name, storage: storageOf(disk) },
    { kind: 'addAcl', ...of, initiator },
    ...served(server, target.name).luns.map(({ lun, disk, writeProtected }): Step => {
      return { kind: 'mapLun', ...of, initiator, lun, disk: disk.key, writeProtected }
    }),
    ...[undefined, initiator, ...target.initiators].map(
      (initiator): Step => ({ kind: 'mapLun', ...of, initiator, lun, disk: disk.name }),
    ),
    ...(isWrong ? [{ kind: 'closePortal', ...of, portal: NO_PORTAL } as const] : []),
  ]
  return {
    title: `several steps: LUN ${lun} and ${initiator} of ${target.name}`,
    make: () => server.tree.apply(steps),
    refusal: isWrong ? 'has no portal' : undefined,
    follow: () => {
      target.luns.set(lun, { disk, writeProtected: false })
      target.initiators.add(initiator)
    },
  }
}

const refusalOf = ({ luns }: ProgramTarget, lun: number): string | undefined =>
  luns.has(lun) ? `has a LUN ${lun} already` : undefined

const NO_LUN = 'right is a LUN of the target'
const FIXED = { blockSizeBytes: 4096 }

function sizeRefusal({ path }: ProgramDisk, sizeBytes: number | undefined): string | undefined {
  if (sizeBytes === undefined) return path === undefined ? 'cannot have the size of its medium' : undefined
  return sizeBytes < SMALLEST_BYTES ? `sizeBytes is ${sizeBytes}` : undefined
}

function anyLun({ luns }: ProgramTarget, { random }: ChangeChoice, fitting: 'free' | 'taken'): number {
  const taken = LUNS.filter(lun => luns.has(lun))
  const free = LUNS.filter(lun => !luns.has(lun))
  return fitting === 'free' ? mostly(random, free, taken) : mostly(random, taken, free)
}

/** A LUN of another target, of those that come and go. */
function sharedLun({ name }: ProgramTarget, { random, model }: ChangeChoice) {
  const all = [...model.targets.values()].flatMap(target =>
    [...target.luns].map(([lun, { disk }]) => ({ target: target.name, lun, disk })),
  )
  const others = all.filter(({ target, lun }) => target !== name && lun >= FIRST_LUN)
  return others.length > 0 ? random.pick(others) : undefined
}

/** A disk that was never there before, or one that cannot be opened. */
function anyDisk({ random, newDisk, model }: ChangeChoice): {
  readonly disk: ProgramDisk
  readonly refusal: string | undefined
} {
  const disk = newDisk()
  if (!random.once(4)) return { disk, refusal: undefined }
  const [first] = model.disks
  if (first && random.once(2))
    return { disk: { ...disk, serial: first.serial }, refusal: 'would take the two for one disk' }
  return { disk: { ...disk, path: '/nonexistent/disk.img' }, refusal: 'cannot open /nonexistent/disk.img' }
}

/** The disk of a LUN that the model has. */
function diskAt(server: DiskServer, of: { readonly target: string; readonly lun: number }): Disk {
  const lun = served(server, of.target).luns.find(each => each.lun === of.lun)
  if (!lun) throw new Error(`${of.target} has no LUN ${of.lun}`)
  return lun.disk
}
