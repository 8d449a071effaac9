import type { Nexus, NexusListener, NexusName, TaskRouter } from '@lunkit/scsi/transport'
import { checkArgument, checkOptions, flag, object, required, text } from '@lunkit/wire'
import { ITNexus, nexusKey } from '../nexus/it-nexus.ts'
import { type LunMapping, LunMaps } from '../nexus/lun-map.ts'
import type { TargetPort } from '../nexus/target-port.ts'
import type { Topology } from '../nexus/topology.ts'
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

/** The device server behind one target portal group: which initiator sees which units, and the nexuses through it. */
export class PortGroup implements TaskRouter, TargetPort {
  readonly targetName: string
  readonly tag: number
  readonly relativePortId: number
  readonly #topology: Topology
  readonly #maps = new LunMaps()
  readonly #nexuses = new Map<string, ITNexus>()

  /** @internal port groups are made by the target device */
  constructor({ targetName, tag, relativePortId }: TargetPort, topology: Topology) {
    this.targetName = targetName
    this.tag = tag
    this.relativePortId = relativePortId
    this.#topology = topology
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
   * Sets which units an initiator sees, or with `undefined` those that have no map of their own; `undefined` as
   * entries takes an initiator's own map away. Who sees the group now is told of a change (3F/0E); tasks under way run on.
   * @throws {TypeError} or {RangeError} for what is no map, a number out of range or mapped twice, and a unit of another device;
   * nothing has changed then.
   */
  mapLuns(initiatorName: string | undefined, entries: readonly LunMapping[] | undefined): void {
    if (initiatorName !== undefined) checkArgument('mapLuns: initiatorName', initiatorName, NAME)
    if (entries !== undefined) checkArgument('mapLuns: entries', entries, ENTRIES)
    for (const [at, entry] of (entries ?? []).entries()) {
      checkOptions(`mapLuns: entries[${at}]`, entry, ENTRY)
      this.#topology.taskSetOf(entry.unit)
    }
    this.#maps.set(initiatorName, entries)
    this.#remap()
  }

  /** Takes a unit out of every map. */
  forget(unit: LogicalUnit): void {
    this.#maps.forget(unit)
    this.#remap()
  }

  #remap(): void {
    for (const nexus of this.#nexuses.values()) nexus.map(this.#maps.for(nexus.name.initiatorName), true)
  }

  /**
   * @throws {TypeError} or {RangeError} for what is no name or no listener. {Error} when the name is of another target port, or
   * a nexus of that name is still open.
   */
  open(name: NexusName, listener: NexusListener): Nexus {
    checkOptions('open: name', name, NEXUS_NAME)
    checkArgument('open: listener', listener, NEXUS_LISTENER)
    if (name.targetName !== this.targetName || name.targetPortalGroupTag !== this.tag)
      throw new Error(`nexus ${nexusKey(name)} does not go through ${this.targetName}, group ${this.tag}`)
    const nexus = new ITNexus(name, { port: this, listener, topology: this.#topology })
    if (this.#nexuses.has(nexus.key)) throw new Error(`nexus ${nexus.key} is open already`)
    this.#nexuses.set(nexus.key, nexus)
    nexus.map(this.#maps.for(name.initiatorName), false)
    return nexus
  }

  /** @internal a nexus was closed */
  closed(nexus: KnownNexus): void {
    if (this.#nexuses.get(nexus.key) === nexus) this.#nexuses.delete(nexus.key)
  }
}
