import type { GroupSettings, InitiatorAccess } from 'lunkit'
import type { DiskSpec } from './planted-disks.ts'
import { ANY_ADDRESS, ANY_IPV4 } from './portal-places.ts'

/** A disk that is open, as initiators know it. */
export interface OpenDisk {
  /** Another one each time that a disk is opened. */
  readonly id: number
  readonly spec: DiskSpec
  sizeBytes: number
  removable: boolean
  /** A block that an initiator has written. */
  stamp: { readonly lba: number; readonly value: number } | undefined
}

/** A disk of the model. */
export interface DiskState {
  readonly node: number
  spec: DiskSpec
  open: OpenDisk | undefined
}

interface LunState {
  readonly disk: string
  readonly writeProtected: boolean
}

/** What an initiator sees, or all that have nothing of their own. */
export interface TableState {
  readonly id: number
  readonly luns: Map<number, LunState>
}

type Access = Partial<InitiatorAccess>

/** A portal group of the model. */
export interface GroupState {
  /** Another one each time that a group is made. */
  readonly id: number
  readonly tag: number
  readonly portId: number
  settings: GroupSettings
  /** Hosts. */
  portals: string[]
  readonly acls: Map<string, { access: Access; readonly table: TableState }>
  demoMode: Access | undefined
  readonly demoTable: TableState
}

/** A target of the model. */
export interface TargetState {
  readonly name: string
  alias: string | undefined
  /** In the order in which they were made. */
  readonly groups: Map<number, GroupState>
}

/** What is served, by the model: plain data, which can be copied whole. */
export class TreeState {
  readonly disks = new Map<string, DiskState>()
  readonly targets = new Map<string, TargetState>()
  /** Names of targets that there were. */
  readonly removed = new Set<string>()
  /** Numbers that groups have, or had when the transaction began. */
  readonly portIds = new Set<number>()
  refuseDiscovery = false
  next = 1
  /** The port that portals ask for. */
  portalPort = 0

  copy(): TreeState {
    return Object.assign(new TreeState(), structuredClone({ ...this }))
  }

  get groups(): GroupState[] {
    return [...this.targets.values()].flatMap(({ groups }) => [...groups.values()])
  }

  get tables(): TableState[] {
    return this.groups.flatMap(({ demoTable, acls }) => [demoTable, ...[...acls.values()].map(({ table }) => table)])
  }

  get openDisks(): OpenDisk[] {
    return [...this.disks.values()].flatMap(({ open }) => open ?? [])
  }

  /** The group that an address leads to: the first that has it, else the first that has a wildcard which names it, the closer one before. */
  groupAt(target: string, address: string): GroupState | undefined {
    const groups = [...(this.targets.get(target)?.groups.values() ?? [])]
    return this.#naming(address)
      .map(host => groups.find(({ portals }) => portals.includes(host)))
      .find(group => group !== undefined)
  }

  /** Whether any portal is reached by an address. */
  isReached(address: string): boolean {
    const naming = this.#naming(address)
    return this.groups.some(({ portals }) => portals.some(host => naming.includes(host)))
  }

  /** The portals that name an address; where each finds a port of its own, it is the address alone that it is asked for at. */
  #naming(address: string): string[] {
    return this.portalPort === 0 ? [address] : [address, ANY_IPV4, ANY_ADDRESS]
  }

  /** How many sockets listen: a wildcard serves all others of its port. */
  get sockets(): number {
    const hosts = new Set(this.groups.flatMap(each => each.portals))
    return hosts.has(ANY_IPV4) || hosts.has(ANY_ADDRESS) ? 1 : hosts.size
  }

  /** How an initiator may log in; undefined: not at all. */
  access({ acls, demoMode, settings }: GroupState, initiator: string): Access | undefined {
    const own = acls.get(initiator)?.access ?? demoMode
    return own && { ...settings.accessDefaults, ...own }
  }

  /** How a login is answered that reaches a portal: the name of its status, or the group that it leads to. */
  login(target: string, host: string, initiator: string): string | GroupState {
    if (!this.targets.has(target)) return this.removed.has(target) ? 'targetRemoved' : 'notFound'
    const group = this.groupAt(target, host)
    if (!group) return 'notFound'
    const access = this.access(group, initiator)
    if (!access) return 'authorizationFailure'
    return access.authenticationRequired ? 'authenticationFailure' : group
  }

  /** What discovery at an address tells an initiator: targets with addresses and tags, each once. */
  discovered(initiator: string, address: string): string[] {
    return [...this.targets.entries()].flatMap(([key, { name, groups }]) =>
      [...groups.values()].flatMap(group => {
        const listed = group.settings.demoModeDiscovery !== false || this.access(group, initiator) !== undefined
        const named = group.portals.map(host => (host === ANY_IPV4 || host === ANY_ADDRESS ? address : host))
        const led = [...new Set(named)].filter(host => listed && this.groupAt(key, host) === group)
        return led.map(host => `${name} ${host},${group.tag}`)
      }),
    )
  }

  /** The open disks that an initiator sees in a group, by number. */
  seen(
    group: GroupState,
    initiator: string,
  ): Map<number, { readonly disk: OpenDisk; readonly writeProtected: boolean }> {
    const { luns } = this.tableOf(group, initiator)
    const seen = [...luns].sort(([one], [other]) => one - other)
    return new Map(
      seen.flatMap(([lun, { disk: key, writeProtected }]) => {
        const disk = this.disks.get(key)?.open
        return disk ? [[lun, { disk, writeProtected }] as const] : []
      }),
    )
  }

  tableOf(group: GroupState, initiator: string): TableState {
    return group.acls.get(initiator)?.table ?? group.demoTable
  }

  /** All that an initiator could notice of a group, as a text that is another one when something of it is. */
  noticed(group: GroupState, initiator: string): string {
    const seen = [...this.seen(group, initiator)].map(([lun, { disk, writeProtected }]) => [
      ...[lun, disk.id, disk.sizeBytes, disk.removable],
      writeProtected,
    ])
    return JSON.stringify([this.tableOf(group, initiator).id, seen])
  }
}
