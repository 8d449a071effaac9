import { fileio, ramdisk, type Storage, type UnitAttributes } from 'lunkit'

/** The attributes of a unit that a program changes. */
export type ChangedAttributes = Pick<UnitAttributes, 'emulateCaw' | 'emulateFuaWrite' | 'emulateTpu'>

/** A disk of a program. */
export interface ProgramDisk {
  readonly name: string
  /** What no other disk has, unless it is to be refused. */
  readonly serial: string
  /** The file that it is; undefined: it is in memory. */
  readonly path: string | undefined
  sizeBytes: number
  /** The most that it ever had: no file is cut off. */
  fileBytes: number
  attributes: ChangedAttributes
}

/** A disk under a number; one that several targets have is the same object in each. */
export interface ProgramLun {
  readonly disk: ProgramDisk
  readonly writeProtected: boolean
}

/** What of a target may change; of one that is in use not all. */
export type Part = 'luns' | 'access' | 'openness' | 'portals'

/** A target of a program. */
export interface ProgramTarget {
  readonly name: string
  /** Whether somebody is logged in for the whole test, so that it stays and is open to all. */
  readonly isInUse: boolean
  readonly changes: readonly Part[]
  readonly luns: Map<number, ProgramLun>
  readonly initiators: Set<string>
  isOpen: boolean
  readonly hosts: Set<string>
  maxBurstLength: number
}

/** A disk as a program makes it. */
export function storageOf({ name, serial, path, sizeBytes, attributes }: ProgramDisk): Storage {
  const options = { name, sizeBytes, attributes, identity: { serial } }
  return path === undefined ? ramdisk(options) : fileio({ ...options, path })
}

/** What a program is to serve. */
export class ProgramModel {
  readonly targets = new Map<string, ProgramTarget>()

  /** Each disk once. */
  get disks(): ProgramDisk[] {
    const all = [...this.targets.values()].flatMap(({ luns }) => [...luns.values()].map(({ disk }) => disk))
    return [...new Set(all)]
  }

  /** The hosts at which somebody listens. */
  get hosts(): ReadonlySet<string> {
    return new Set([...this.targets.values()].flatMap(({ hosts }) => [...hosts]))
  }

  /** What discovery tells, wherever it is asked: each target that is reached at all, and at which hosts. */
  get discovered(): string[] {
    const reached = [...this.targets.values()].filter(({ hosts }) => hosts.size > 0)
    return reached.map(({ name, hosts }) => `${name} ${[...hosts].sort().join()}`).sort()
  }

  /** The size in bytes of each LUN that an initiator sees, by number; undefined: it may not log in there. */
  seen(target: string, host: string, initiator: string): Record<number, number> | undefined {
    const { luns, hosts, initiators, isOpen } = this.targets.get(target) ?? NO_TARGET
    if (!hosts.has(host) || !(isOpen || initiators.has(initiator))) return undefined
    return Object.fromEntries([...luns].map(([lun, { disk }]) => [lun, disk.sizeBytes]))
  }
}

const NO_TARGET: Pick<ProgramTarget, 'luns' | 'hosts' | 'initiators' | 'isOpen'> = {
  luns: new Map(),
  hosts: new Set(),
  initiators: new Set(),
  isOpen: false,
}
