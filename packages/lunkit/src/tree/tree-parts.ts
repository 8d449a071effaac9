import type { TargetDevice } from '@lunkit/scsi-engine'
import { comparedName, type TargetServer, type Timers } from '@lunkit/target'
import type { Disk, FlushFailure } from '../disk.ts'
import type { Storage } from '../storage.ts'
import type { GroupNode } from './group-node.ts'
import type { DiskNode } from './lun-entry.ts'
import type { ServerSettings } from './server-settings.ts'
import type { TargetNode } from './target-node.ts'

/** How a disk is opened. */
export interface DiskOpening {
  readonly storage: Storage
  readonly key: string
  readonly target?: string | undefined
}

/** What the tree is made of beside its nodes. */
export interface TreeResources {
  readonly device: TargetDevice
  readonly timers: Timers
  readonly server: TargetServer
  readonly open: (opening: DiskOpening) => Promise<Disk>
  /** Takes a disk away, flushed; answers when it could not be. */
  readonly close: (disk: Disk) => Promise<readonly FlushFailure[]>
  /** How many threads do what may block. */
  readonly laneCount: number
  /** Has the whole server have these settings. */
  readonly configure: (settings: ServerSettings) => void
  /** Takes the name of a target for this process, or throws; gives it back. */
  readonly takeName: (name: string) => void
  readonly releaseName: (name: string) => void
}

/** The nodes of the tree by their keys, and what they are made of. */
export class TreeParts {
  readonly resources: TreeResources
  readonly disks = new Map<string, DiskNode>()
  readonly #targets = new Map<string, TargetNode>()

  constructor(resources: TreeResources) {
    this.resources = resources
  }

  get targets(): Iterable<TargetNode> {
    return this.#targets.values()
  }

  /** @throws {RangeError} where there is none of this key. */
  disk(key: string): DiskNode {
    const node = this.disks.get(key)
    if (node) return node
    throw new RangeError(`there is no disk ${key}${listed(this.disks.keys())}`)
  }

  /** Relative target port identifiers that are taken, also by groups whose last sessions have not ended yet. */
  get portIds(): ReadonlySet<number> {
    return new Set([...this.resources.device.portGroups].map(({ relativePortId }) => relativePortId))
  }

  /** Whether it is this target that has its name. */
  has(target: TargetNode): boolean {
    return this.findTarget(target.name) === target
  }

  findTarget(name: string): TargetNode | undefined {
    return this.#targets.get(comparedName(name))
  }

  /** @throws {RangeError} where there is none of this name. */
  target(name: string): TargetNode {
    const node = this.findTarget(name)
    if (node) return node
    throw new RangeError(`there is no target ${name}${listed([...this.#targets.values()].map(each => each.name))}`)
  }

  /** @throws {RangeError} where there is none of this tag. */
  group({ target, tag }: { readonly target: string; readonly tag: number }): GroupNode {
    const group = this.target(target).groups.get(tag)
    if (group) return group
    throw new RangeError(`${target} has no portal group ${tag}${listed(this.target(target).groups.keys())}`)
  }

  putTarget(node: TargetNode): void {
    this.#targets.set(comparedName(node.name), node)
  }

  deleteTarget({ name }: TargetNode): void {
    this.#targets.delete(comparedName(name))
  }
}

/** How many of what there is a message names. */
const NAMED_AT_MOST = 8

/** What there is instead, for a message; few enough to be read. */
function listed(names: Iterable<string | number>): string {
  const all = [...names]
  if (all.length === 0) return '; there is none'
  const more = all.length > NAMED_AT_MOST ? `, and ${all.length - NAMED_AT_MOST} more` : ''
  return `; there is ${all.slice(0, NAMED_AT_MOST).join(', ')}${more}`
}
