import { type AclPlan, type GroupPlan, NodeKind, parsePortal, type TreeNode } from '@lunkit/config'
import type { ServedConfiguration } from '../serving/served-configuration.ts'

const TPG = /^\/iscsi\/(?<target>[^/]+)(?:\/tpg(?<tag>\d+))?(?:\/(?:acls|luns|portals)\/?(?<rest>.*))?$/

/** `fileio/disk0` of `/backstores/fileio/disk0`. */
export const keyOf = (path: string): string => path.replace(/^\/?backstores\//, '')

/** Where a node of /iscsi is. */
interface Place {
  readonly target: string
  readonly group: ServedGroup | undefined
  /** What is behind the list that it is in: an initiator and its mapped LUN, a LUN, a portal. */
  readonly rest: string
}

/** A portal group that is served, with what of it is found by name. */
interface ServedGroup {
  /** The storage objects of its LUNs. */
  readonly luns: ReadonlyMap<number, string>
  readonly acls: ReadonlyMap<string, AclPlan>
}

const numberAtEnd = (path: string): number => Number(/\d+$/.exec(path)?.[0])
const always = (): boolean => true

/** Which nodes of the tree have an effect on what is served, as it is when this is made; the others are kept. */
export class ServedNodes {
  readonly #served: ServedConfiguration
  readonly #targets: ReadonlySet<string>
  readonly #groups = new Map<string, GroupPlan>()
  /** Those that were asked for. */
  readonly #found = new Map<string, ServedGroup | undefined>()

  constructor(served: ServedConfiguration) {
    const { targets } = served.plan
    this.#served = served
    this.#targets = new Set(targets.map(({ name }) => name))
    for (const { name, groups } of targets) for (const group of groups) this.#groups.set(`${name} ${group.tag}`, group)
  }

  /** Whether a node has an effect. */
  has({ kind, path }: Pick<TreeNode, 'kind' | 'path'>): boolean {
    return this.#rules[kind](path)
  }

  readonly #ofGroup = (path: string): boolean => this.#placeOf(path).group !== undefined

  /** Whether each kind of node has an effect. */
  readonly #rules: Readonly<Record<TreeNode['kind'], (path: string) => boolean>> = {
    [NodeKind.root]: always,
    [NodeKind.backstores]: always,
    [NodeKind.plugin]: always,
    [NodeKind.storageObject]: path => this.#isOpen(keyOf(path)),
    // Their states are kept, and no initiator is told them yet.
    [NodeKind.aluaGroups]: () => false,
    [NodeKind.aluaGroup]: () => false,
    [NodeKind.fabric]: path => path === '/iscsi',
    [NodeKind.target]: path => this.#targets.has(this.#placeOf(path).target),
    [NodeKind.tpg]: this.#ofGroup,
    [NodeKind.acls]: this.#ofGroup,
    [NodeKind.acl]: path => {
      const acl = this.#aclAt(path)
      return acl !== undefined && acl.refused === undefined
    },
    [NodeKind.mappedLun]: path => this.#aclAt(path)?.luns.some(({ lun }) => lun === numberAtEnd(path)) ?? false,
    [NodeKind.luns]: this.#ofGroup,
    [NodeKind.lun]: path => {
      const storage = this.#placeOf(path).group?.luns.get(numberAtEnd(path))
      return storage !== undefined && this.#isOpen(storage)
    },
    [NodeKind.portals]: this.#ofGroup,
    [NodeKind.portal]: path => {
      const portal = parsePortal(this.#placeOf(path).rest)
      return portal !== undefined && this.#served.server.addressOf(portal) !== undefined
    },
  }

  #isOpen(key: string): boolean {
    return this.#served.server.tree.disk(key) !== undefined
  }

  #placeOf(path: string): Place {
    const { target = '', tag, rest = '' } = TPG.exec(path)?.groups ?? {}
    return { target, group: this.#groupOf(`${target} ${tag}`), rest }
  }

  #aclAt(path: string): AclPlan | undefined {
    const { group, rest } = this.#placeOf(path)
    return group?.acls.get(rest.split('/')[0] ?? '')
  }

  #groupOf(key: string): ServedGroup | undefined {
    if (this.#found.has(key)) return this.#found.get(key)
    const group = this.#groups.get(key)
    const found = group && {
      luns: new Map(group.luns.map(({ lun, storage }) => [lun, storage])),
      acls: new Map(group.acls.map(acl => [acl.initiator, acl])),
    }
    this.#found.set(key, found)
    return found
  }
}
