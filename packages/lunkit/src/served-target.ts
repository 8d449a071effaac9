import type { PortalAddress, SessionLoad } from '@lunkit/target'
import { comparedName } from '@lunkit/target'
import type { Disk } from './disk.ts'
import {
  checkAdding,
  checkFlag,
  checkInitiator,
  checkMapped,
  checkPortal,
  checkSize,
} from './served-target-arguments.ts'
import type { Storage } from './storage.ts'
import type { GroupNode } from './tree/group-node.ts'
import type { ServedTree } from './tree/served-tree.ts'
import type { Step, StepOf } from './tree/step.ts'
import { lunUrl } from './url.ts'

/** How a disk is added to a target. */
export interface AddLunOptions {
  /** Its number, 0 to 16383; the lowest that is free when left out. */
  readonly lun?: number
  /** Refuses what changes the medium, through this target; left out, as the disk says. */
  readonly writeProtected?: boolean
}

/** A disk of a target. */
export interface ServedLun {
  readonly lun: number
  readonly disk: Disk
  readonly writeProtected: boolean
}

/** The part of a server that a target of it needs. */
interface TargetHost {
  readonly tree: ServedTree
  readonly sessionLoads: readonly SessionLoad[]
  addressOf(asked: PortalAddress): PortalAddress | undefined
  openingOf(storage: Storage, name: string, target?: string): StepOf<'openDisk'>
  change(steps: () => readonly Step[]): Promise<void>
}

/**
 * A target that is served, and changes while it is: each change is made as a whole or not at all, and sessions that it does not
 * concern do not notice it.
 */
export class ServedTarget {
  readonly name: string
  readonly #host: TargetHost
  readonly #tag: number

  /** @internal see DiskServer.addTarget */
  constructor(host: TargetHost, name: string, tag: number) {
    this.#host = host
    this.name = name
    this.#tag = tag
  }

  /** Its disks, by LUN. */
  get luns(): readonly ServedLun[] {
    return [...this.#group.demoTable.entries.values()]
      .flatMap(({ lun, node: { key }, writeProtected }) => {
        const disk = this.#host.tree.disk(key)
        return disk ? [{ lun, disk, writeProtected }] : []
      })
      .sort((one, other) => one.lun - other.lun)
  }

  /** Where it listens, with the ports that were found. */
  get portals(): readonly PortalAddress[] {
    return this.#group.portals.flatMap(portal => this.#host.addressOf(portal) ?? [])
  }

  /** The initiators that may log in by their names; without any of them, and where strangers may, it is open to all. */
  get initiators(): readonly string[] {
    return [...this.#group.acls.keys()]
  }

  /** The sessions that it has, and what each holds. */
  get sessions(): readonly SessionLoad[] {
    const name = comparedName(this.name)
    return this.#host.sessionLoads.filter(({ session }) => comparedName(session.targetName) === name)
  }

  /**
   * Adds a disk, which every initiator sees that may log in (3F/0E): one that is opened for that, or one that is open already.
   * @throws {TypeError} or {RangeError} for what is no disk, or a number that is taken. {StoreOpenError}, {DuplicateIdentityError} or
   * {RangeError} when it cannot be opened. Nothing has changed then.
   */
  async addLun(disk: Storage | Disk, options: AddLunOptions = {}): Promise<ServedLun> {
    checkAdding(disk, options)
    const place = { lun: 0, key: '' }
    await this.#host.change(() => {
      const { lun = this.#freeLun(), writeProtected = isReadOnly(disk) } = options
      if (this.#group.demoTable.entries.has(lun)) throw new RangeError(`addLun: ${this.name} has a LUN ${lun} already`)
      const opening = 'store' in disk ? undefined : this.#host.openingOf(disk, `disk${lun}`, this.name)
      place.lun = lun
      place.key = opening?.disk ?? (disk as Disk).key
      return [...(opening ? [opening] : []), ...this.#mapping(lun, place.key, writeProtected)]
    })
    return this.#lunAt(place.lun)
  }

  /**
   * Takes a disk away: its tasks end with LOGICAL UNIT NOT SUPPORTED when the store has returned. It is closed, unless it is another
   * LUN too.
   * @throws {TypeError} or {RangeError} for a LUN that the target does not have.
   */
  async removeLun(lun: number): Promise<void> {
    checkMapped('removeLun', lun, this.luns)
    await this.#host.change(() => {
      const tables = this.#group.tables.filter(({ entries }) => entries.has(lun))
      const node = this.#group.demoTable.entries.get(lun)?.node
      const last = node !== undefined && node.places.size <= tables.length
      const unmaps = tables.map(({ initiator }): Step => ({ kind: 'unmapLun', ...this.#of, initiator, lun }))
      return last ? [...unmaps, { kind: 'closeDisk', disk: node.key }] : unmaps
    })
  }

  /**
   * Gives a disk another size in bytes, or with `undefined` the one that its file has; initiators are told (2A/09).
   * @throws {TypeError} or {RangeError} for a LUN that the target does not have, and what is no size. {Error} when the store cannot have it; nothing
   * has changed then.
   */
  async resizeLun(lun: number, sizeBytes: number | undefined): Promise<void> {
    checkMapped('resizeLun', lun, this.luns)
    checkSize(sizeBytes)
    await this.#host.change(() => {
      const { disk } = this.#lunAt(lun)
      const { storage } = this.#host.tree.parts.disk(disk.key)
      return [{ kind: 'changeDisk', disk: disk.key, storage, resize: { from: disk.store.sizeBytes, to: sizeBytes } }]
    })
  }

  /**
   * Lets an initiator log in by its name, to see every disk of the target. Who may log in already is not changed.
   * @throws {TypeError} or {RangeError} for what is no iSCSI name, or one that was let in before.
   */
  async allow(initiator: string): Promise<void> {
    checkInitiator('allow', initiator)
    await this.#host.change(() => [
      { kind: 'addAcl', ...this.#of, initiator },
      ...this.luns.map(({ lun, disk: { key: disk }, writeProtected }): Step => {
        return { kind: 'mapLun', ...this.#of, initiator, lun, disk, writeProtected }
      }),
    ])
  }

  /**
   * Lets an initiator in no more by its name: unless the target is open to all, its sessions are asked to log out, then ended.
   * @throws {TypeError} or {RangeError} for what is no iSCSI name, or one that was not let in.
   */
  async forbid(initiator: string): Promise<void> {
    checkInitiator('forbid', initiator)
    await this.#host.change(() => [{ kind: 'removeAcl', ...this.#of, initiator }])
  }

  /**
   * Lets every initiator in, or only those that are allowed by name; sessions of others are asked to log out, then ended.
   * @throws {TypeError} for what is no flag.
   */
  async openToAll(open: boolean): Promise<void> {
    checkFlag('openToAll', open)
    await this.#host.change(() => [{ kind: 'setDemoMode', ...this.#of, access: open ? {} : undefined }])
  }

  /**
   * Listens at another address too; resolves with the port that was found.
   * @throws {TypeError} or {RangeError} for what is no address. {AggregateError} when it cannot be opened; nothing has changed then.
   */
  async openPortal(portal: PortalAddress): Promise<PortalAddress> {
    checkPortal('openPortal', portal)
    await this.#host.change(() => [{ kind: 'openPortal', ...this.#of, portal }])
    return this.#host.addressOf(portal) ?? portal
  }

  /**
   * Listens at an address no more, as it was asked for when it was opened; who is connected stays.
   * @throws {TypeError} or {RangeError} for what is no address, or none of the target's.
   */
  async closePortal(portal: PortalAddress): Promise<void> {
    checkPortal('closePortal', portal)
    await this.#host.change(() => [{ kind: 'closePortal', ...this.#of, portal }])
  }

  /** Takes the target away, with those of its disks that no other has: its sessions are asked to log out, then ended. */
  async remove(): Promise<void> {
    await this.#host.change(() => {
      const { disks } = this.#host.tree.parts
      const own = new Set(this.#group.tables.flatMap(({ entries }) => [...entries.values()]))
      const closed = [...disks.values()].filter(
        ({ places }) => places.size > 0 && [...places].every(place => own.has(place)),
      )
      return [
        { kind: 'removeTarget', target: this.name },
        ...closed.map(({ key: disk }): Step => ({ kind: 'closeDisk', disk })),
      ]
    })
  }

  /**
   * A logical unit as `connect`, libiscsi and QEMU take it: `iscsi://127.0.0.1:3260/iqn.2026-11.com.example:disk/0`.
   * @throws {TypeError} or {RangeError} for a LUN that the target does not have. {Error} where it listens nowhere.
   */
  url(lun = 0): string {
    checkMapped('url', lun, this.luns)
    const [portal] = this.portals
    if (!portal) throw new Error(`${this.name} listens nowhere; right is a target with a portal that is open`)
    return lunUrl(portal, this.name, lun)
  }

  get #of(): { readonly target: string; readonly tag: number } {
    return { target: this.name, tag: this.#tag }
  }

  get #group(): GroupNode {
    return this.#host.tree.parts.group(this.#of)
  }

  #lunAt(lun: number): ServedLun {
    return this.luns.find(each => each.lun === lun) as ServedLun
  }

  #freeLun(): number {
    const { entries } = this.#group.demoTable
    let lun = 0
    while (entries.has(lun)) lun++
    return lun
  }

  /** Seen by all that may log in. */
  #mapping(lun: number, disk: string, writeProtected: boolean): Step[] {
    return this.#group.tables.map(({ initiator }) => ({
      kind: 'mapLun',
      ...this.#of,
      initiator,
      lun,
      disk,
      writeProtected,
    }))
  }
}

const isReadOnly = (disk: Storage | Disk): boolean => ('readOnly' in disk && disk.readOnly) ?? false
