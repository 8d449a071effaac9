import { Sense } from '@lunkit/scsi'
import { type Nexus, type NexusListener, type NexusName, SERVED_LUNS, type TaskRouter } from '@lunkit/scsi/transport'
import { checkArgument, checkOptions, flag, object, required, text, wholeNumber } from '@lunkit/wire'
import { ITNexus, nexusKey } from '../nexus/it-nexus.ts'
import type { ITLNexus, NexusSeats } from '../nexus/itl-nexus.ts'
import { type LunMap, type LunMapping, LunMaps } from '../nexus/lun-map.ts'
import type { TargetPort } from '../nexus/target-port.ts'
import type { Topology } from '../nexus/topology.ts'
import type { NexusSeat } from '../statistics/nexus-seat.ts'
import { PortAccount } from '../statistics/port-account.ts'
import { Drain } from '../task/drain.ts'
import type { TaskExecution } from '../task/task-execution.ts'
import type { KnownNexus } from '../unit/known-nexus.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import { NEXUS_LISTENER, NEXUS_NAME } from './device-domains.ts'

const NAME = text('the name of an initiator, or undefined', name => name !== '')
const ENTRIES = {
  type: 'object',
  words: 'an array of { lun, unit, writeProtected }, or undefined',
  has: (entries: unknown) => Array.isArray(entries),
} as const
// Which numbers there are, and that each is mapped once, the map says.
const ENTRY = {
  lun: required({ type: 'number', words: 'a logical unit number', has: () => true } as const),
  unit: required(object('a logical unit')),
  writeProtected: flag,
}

const unmapped = (task: TaskExecution): void => task.abandon(Sense.logicalUnitNotSupported)

/** The device server behind one target portal group: which initiator sees which units, and the nexuses through it. */
export class PortGroup implements TaskRouter, TargetPort, NexusSeats {
  readonly targetName: string
  readonly tag: number
  readonly relativePortId: number
  readonly #topology: Topology
  readonly #account: PortAccount
  readonly #maps: LunMaps
  readonly #nexuses = new Map<string, ITNexus>()

  /** @internal port groups are made by the target device */
  constructor(port: TargetPort, topology: Topology) {
    const { targetName, tag, relativePortId } = port
    this.targetName = targetName
    this.tag = tag
    this.relativePortId = relativePortId
    this.#topology = topology
    this.#account = new PortAccount(topology.services.statistics, topology.initiators, port)
    this.#maps = new LunMaps(unit => this.#account.forget(unit.account))
  }

  /** The open nexuses. */
  get nexuses(): Iterable<ITNexus> {
    return this.#nexuses.values()
  }

  /** Every unit that some initiator can see through this group. */
  units(): Set<LogicalUnit> {
    return this.#maps.units()
  }

  /**
   * What is mapped for an initiator that has a map of its own, or with `undefined` for all others, by number; undefined where the
   * initiator has none.
   * @throws {TypeError} or {RangeError} for what is no name.
   */
  lunMap(initiatorName: string | undefined): ReadonlyMap<number, LunMapping> | undefined {
    if (initiatorName !== undefined) checkArgument('lunMap: initiatorName', initiatorName, NAME)
    return this.#maps.find(initiatorName)?.entries
  }

  /**
   * Sets which units an initiator sees, or with `undefined` those that have no map of their own; `undefined` as
   * entries takes an initiator's own map away, which is something else than to leave it without entries. Who sees the group
   * now is told of a change (3F/0E); tasks under way run on.
   * @throws {TypeError} or {RangeError} for what is no map, a number out of range or mapped twice, and a unit of another device;
   * nothing has changed then.
   */
  mapLuns(initiatorName: string | undefined, entries: readonly LunMapping[] | undefined): void {
    if (initiatorName !== undefined) checkArgument('mapLuns: initiatorName', initiatorName, NAME)
    if (entries !== undefined) checkArgument('mapLuns: entries', entries, ENTRIES)
    for (const [at, entry] of (entries ?? []).entries()) this.#checkEntry(`mapLuns: entries[${at}]`, entry)
    this.#maps.set(initiatorName, entries)
    for (const nexus of this.#nexuses.values()) {
      if (initiatorName !== undefined && nexus.view !== initiatorName) continue
      const map = this.#maps.for(nexus.view)
      nexus.follow(map, new Set([...nexus.mapped, ...map.luns]))
    }
  }

  /**
   * Maps one number in the map of an initiator, or with `undefined` in that of all which have none of their own; what was
   * mapped there is replaced. Looks at nothing else: those that see the number are told (3F/0E; 2A/01 where only the
   * write protection is another). Tasks under way at the unit that was there run on.
   * @throws {TypeError} or {RangeError} for what is no mapping, a number out of range, a unit of another device, and an
   * initiator without a map of its own; nothing has changed then.
   */
  mapLun(initiatorName: string | undefined, mapping: LunMapping): void {
    if (initiatorName !== undefined) checkArgument('mapLun: initiatorName', initiatorName, NAME)
    this.#checkEntry('mapLun: mapping', mapping)
    this.#maps.setOne(initiatorName, mapping)
    this.#follow(this.#maps.of(initiatorName), [mapping.lun])
  }

  /**
   * Takes one number out of the map of an initiator, or with `undefined` out of that of all which have none of their own.
   * Those that saw it are told (3F/0E), and their tasks there end with LOGICAL UNIT NOT SUPPORTED, each when the store has
   * returned; tasks of others, and at other numbers of the unit, run on. Resolves when nothing of the tasks uses the store
   * any more.
   * @throws {TypeError} or {RangeError} for what is no name or number, a number that is not mapped, and an initiator without
   * a map of its own; nothing has changed then.
   */
  unmapLun(initiatorName: string | undefined, lun: number): Promise<void> {
    if (initiatorName !== undefined) checkArgument('unmapLun: initiatorName', initiatorName, NAME)
    checkArgument('unmapLun: lun', lun, wholeNumber(0, SERVED_LUNS - 1))
    this.#maps.deleteOne(initiatorName, lun)
    const gone = this.#follow(this.#maps.of(initiatorName), [lun])
    return new Promise(resolve => {
      const drain = new Drain(this.#topology.services.timers, resolve)
      for (const itl of gone) itl.tasks.abort({ which: task => task.itl === itl, end: unmapped, drain })
      drain.seal()
    })
  }

  /** Takes a unit out of every map; its tasks run on. */
  forget(unit: LogicalUnit): void {
    for (const [map, luns] of this.#maps.forget(unit)) this.#follow(map, luns)
  }

  #checkEntry(what: string, entry: LunMapping): void {
    checkOptions(what, entry, ENTRY)
    this.#topology.taskSetOf(entry.unit)
  }

  /** The map says something new of these numbers. @returns what nexuses do not see any more. */
  #follow(map: LunMap, luns: readonly number[]): ITLNexus[] {
    const gone: ITLNexus[] = []
    for (const nexus of this.#nexuses.values())
      if (this.#maps.for(nexus.view) === map) gone.push(...nexus.follow(map, luns))
    return gone
  }

  /**
   * @throws {TypeError} or {RangeError} for what is no name or no listener. {Error} when the name is of another target port, or
   * a nexus of that name is still open.
   */
  open(name: NexusName, listener: NexusListener, view?: string): Nexus {
    checkOptions('open: name', name, NEXUS_NAME)
    if (view !== undefined) checkArgument('open: view', view, NAME)
    checkArgument('open: listener', listener, NEXUS_LISTENER)
    if (name.targetName !== this.targetName || name.targetPortalGroupTag !== this.tag)
      throw new Error(`nexus ${nexusKey(name)} does not go through ${this.targetName}, group ${this.tag}`)
    const nexus = new ITNexus(name, { port: this, listener, topology: this.#topology, seats: this, view })
    if (this.#nexuses.has(nexus.key)) throw new Error(`nexus ${nexus.key} is open already`)
    this.#nexuses.set(nexus.key, nexus)
    nexus.see(this.#maps.for(nexus.view))
    return nexus
  }

  /** @internal a nexus was closed */
  closed(nexus: KnownNexus): void {
    if (this.#nexuses.get(nexus.key) === nexus) this.#nexuses.delete(nexus.key)
  }

  /** @internal where an initiator is counted at a unit */
  take(initiatorName: string, unit: LogicalUnit): NexusSeat {
    return this.#account.seat(unit.account, initiatorName)
  }

  /** @internal what a map of the initiator's own lets it come back to is counted on when it does */
  leave(initiatorName: string, unit: LogicalUnit, seat: NexusSeat): void {
    const map = this.#maps.find(initiatorName)
    if (map) map.keep(unit, seat)
    else seat.release()
  }

  /** @internal the port has gone */
  retire(): void {
    this.#maps.clear()
    this.#account.release()
  }
}
