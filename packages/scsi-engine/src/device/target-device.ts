import type { Store } from '@lunkit/backstores/store'
import { Sense } from '@lunkit/scsi'
import { checkArgument, checkOptions, object, type Slab, type Timers } from '@lunkit/wire'
import { absent, lunZero } from '../device-types/absent.ts'
import { disk } from '../device-types/disk.ts'
import { passThroughType } from '../device-types/pass-through.ts'
import { wellKnown } from '../device-types/well-known.ts'
import type { ITNexus } from '../nexus/it-nexus.ts'
import type { TargetPort } from '../nexus/target-port.ts'
import type { Topology } from '../nexus/topology.ts'
import type { Services } from '../services.ts'
import { CountedInitiators } from '../statistics/counted-initiators.ts'
import { type EngineStatistics, ownStatistics } from '../statistics/engine-statistics.ts'
import { UnitAccount } from '../statistics/unit-account.ts'
import { Drain } from '../task/drain.ts'
import type { ServedType } from '../task/served-type.ts'
import { SpareExecutions } from '../task/spare-executions.ts'
import { TaskSet } from '../task/task-set.ts'
import { absentStore } from '../unit/absent-store.ts'
import type { KnownNexus } from '../unit/known-nexus.ts'
import { LogicalUnit } from '../unit/logical-unit.ts'
import { type AttributeChanges, type UnitAttributes, unitAttributes } from '../unit/unit-attributes.ts'
import { UnitIdentities } from '../unit/unit-identities.ts'
import { type UnitIdentity, unitIdentity } from '../unit/unit-identity.ts'
import { type UnitEvent, UnitReporter } from '../unit/unit-reporter.ts'
import { DEVICE, STORE, TARGET_PORT, UNIT } from './device-domains.ts'
import { PortGroup } from './port-group.ts'
import { changeUnit } from './unit-change.ts'

/** What a target device is made of. */
export interface TargetDeviceOptions {
  /** Transfer memory, shared with the transports and the lanes. */
  readonly slab: Slab
  /** Hears of a bug of ours and must end the process; left out, the error is thrown where nothing catches it. */
  readonly onBug?: (error: unknown) => void
  /** Left out, the system's clock. */
  readonly timers?: Timers
  /** The identities of all units that are not to be taken for one another; left out, the device's own units alone. */
  readonly identities?: UnitIdentities
  /** Where units and nexuses count; left out, in memory of the device's own. */
  readonly statistics?: EngineStatistics
}

/** What a logical unit may be given beside its store. */
export interface UnitOptions {
  readonly attributes?: Partial<UnitAttributes>
  /** Who it says it is. A serial number that is left out is made, another one for each unit. */
  readonly identity?: Partial<UnitIdentity>
  /** What messages call it; left out, plugin and name: `fileio/disk0`. */
  readonly title?: string
  /** Hears what goes wrong with the unit. */
  readonly listener?: (event: UnitEvent) => void
}

/** What commands are counted of that find no unit. */
const ABSENT = '_absent'
const PORT_GROUP = object('a port group that portGroup() of this device has returned')
const LOGICAL_UNIT = object('a logical unit, as addUnit() returns it', unit => unit instanceof LogicalUnit)

const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

const throwLater = (error: unknown): void =>
  queueMicrotask(() => {
    throw error
  })

/** A SCSI device: logical units, and the ports through which initiators reach them. */
export class TargetDevice implements Topology {
  readonly services: Services
  readonly initiators = new CountedInitiators()
  readonly #spares: SpareExecutions
  readonly absent: TaskSet
  readonly lunZero: TaskSet
  readonly wellKnown: TaskSet
  readonly #identities: UnitIdentities
  readonly #releases = new Map<LogicalUnit, () => void>()
  readonly #taskSets = new Map<LogicalUnit, TaskSet>()
  /** Of removed units, of which some tasks still run. */
  readonly #removedSets = new Set<TaskSet>()
  readonly #groups = new Set<PortGroup>()

  /** @throws {TypeError} for options that cannot be. */
  constructor(options: TargetDeviceOptions) {
    checkOptions('TargetDevice', options, DEVICE)
    const { slab, onBug = throwLater, timers = systemTimers, identities = new UnitIdentities() } = options
    this.#identities = identities
    this.services = { slab, timers, onBug, statistics: options.statistics ?? ownStatistics() }
    this.#spares = new SpareExecutions(this.services)
    this.absent = this.#withoutMedium(absent)
    this.lunZero = this.#withoutMedium(lunZero)
    this.wellKnown = this.#withoutMedium(wellKnown)
  }

  #withoutMedium(type: ServedType): TaskSet {
    const attributes = unitAttributes(absentStore)
    const unit = new LogicalUnit({
      type,
      store: absentStore,
      attributes,
      identity: unitIdentity(absentStore, false),
      reporter: new UnitReporter(this.services.timers),
      timers: this.services.timers,
      account: new UnitAccount(this.services.statistics, ABSENT),
    })
    return this.#taskSet(unit, type)
  }

  #taskSet(unit: LogicalUnit, type: ServedType): TaskSet {
    return new TaskSet(unit, { type, services: this.services, spares: this.#spares })
  }

  /** The disks of the device, and what it passes through. */
  get units(): Iterable<LogicalUnit> {
    return this.#taskSets.keys()
  }

  /** The target ports of the device. */
  get portGroups(): Iterable<PortGroup> {
    return this.#groups
  }

  /**
   * Makes a logical unit of a store; nobody sees it before it is mapped.
   * @throws {TypeError} or {RangeError} for what is no store, attributes or an identity that the unit cannot have, and for a
   * store that holds no block.
   * {DuplicateIdentityError} for the identity of another unit.
   */
  addUnit(store: Store, options: UnitOptions = {}): LogicalUnit {
    checkArgument('addUnit: store', store, STORE)
    checkOptions('addUnit', options, UNIT)
    const attributes = unitAttributes(store, options.attributes)
    const type = store.device ? passThroughType(store.device) : disk
    if (!store.device) refuseEmpty(store, attributes)
    const identity = unitIdentity(store, attributes.emulateModelAlias, options.identity)
    const reporter = new UnitReporter(this.services.timers, options.listener)
    const title = options.title ?? `${store.plugin}/${store.name}`
    const release = this.#identities.take(identity, title)
    const { timers, statistics } = this.services
    const account = new UnitAccount(statistics, title)
    const unit = new LogicalUnit({ type, store, attributes, identity, reporter, timers, account })
    this.#releases.set(unit, release)
    this.#taskSets.set(unit, this.#taskSet(unit, type))
    return unit
  }

  /**
   * Changes attributes of a unit that initiators see, all of them or none; undefined: LIO's default. Each nexus is told what it sees of it: 2A/01,
   * 2A/09, 3F/03. A write cache that ends goes on being reported until what has begun has ended and was flushed; changes write
   * through at once. Resolves with what the attributes were before: given in turn, they undo the change.
   * @throws {TypeError} or {RangeError} as a rejection for what is no unit of the device, an attribute that there is not, a
   * value that the unit cannot have, and what cannot change while the unit is served, with the reason; nothing has changed then.
   * {Error} where the cache could not be flushed in 10 s; nothing has changed then either.
   */
  async changeAttributes(unit: LogicalUnit, changes: AttributeChanges): Promise<AttributeChanges> {
    const tasks = this.taskSetOf(unit)
    checkArgument('changeAttributes: changes', changes, object('an object of attributes'))
    return changeUnit({ tasks, timers: this.services.timers }, changes)
  }

  /**
   * Takes a unit away: out of every map at once; its tasks end with LOGICAL UNIT NOT SUPPORTED, each when the store has
   * returned. Resolves when nothing of them uses the store any more, which the caller then closes.
   * @throws {TypeError} or {RangeError} for what is no unit of the device.
   */
  async removeUnit(unit: LogicalUnit): Promise<void> {
    const tasks = this.taskSetOf(unit)
    for (const group of this.#groups) group.forget(unit)
    this.#taskSets.delete(unit)
    this.#removedSets.add(tasks)
    this.#releases.get(unit)?.()
    this.#releases.delete(unit)
    unit.retire()
    return new Promise(resolve => {
      const drain = new Drain(this.services.timers, () => {
        if (tasks.count === 0) this.#removedSets.delete(tasks)
        unit.account.release()
        resolve()
      })
      tasks.abort({ which: () => true, end: task => task.abandon(Sense.logicalUnitNotSupported), drain })
      drain.seal()
    })
  }

  /**
   * Makes a target port.
   * @throws {TypeError} or {RangeError} for a port that cannot be; its number must be its own in the device.
   */
  portGroup(port: TargetPort): PortGroup {
    checkOptions('portGroup', port, TARGET_PORT)
    for (const { relativePortId, targetName } of this.#groups)
      if (relativePortId === port.relativePortId)
        throw new RangeError(`relative port identifier ${relativePortId} belongs to ${targetName} already`)
    const group = new PortGroup(port, this)
    this.#groups.add(group)
    return group
  }

  /**
   * Takes a target port away, whose nexuses must have been closed.
   * @throws {TypeError} for what is no port of the device. {Error} while a nexus is open.
   */
  removePortGroup(group: PortGroup): void {
    checkArgument('removePortGroup: group', group, {
      ...PORT_GROUP,
      has: (each: unknown) => this.#groups.has(each as PortGroup),
    })
    for (const { key } of group.nexuses) throw new Error(`${group.targetName} is removed while nexus ${key} is open`)
    this.#groups.delete(group)
    group.retire()
  }

  *taskSets(): Generator<TaskSet> {
    yield* this.#taskSets.values()
    for (const tasks of this.#removedSets)
      if (tasks.count > 0) yield tasks
      else this.#removedSets.delete(tasks)
    yield this.absent
    yield this.lunZero
    yield this.wellKnown
  }

  taskSetOf(unit: LogicalUnit): TaskSet {
    const tasks = this.#taskSets.get(unit)
    if (!tasks) throw notInDevice(unit)
    return tasks
  }

  taskSetsOfTarget(targetName: string): TaskSet[] {
    const units = new Set<LogicalUnit>()
    for (const group of this.#groups)
      if (group.targetName === targetName) for (const unit of group.units()) units.add(unit)
    return [...units].map(unit => this.taskSetOf(unit))
  }

  nexusesOfTarget(targetName: string): ITNexus[] {
    return [...this.#groups].filter(group => group.targetName === targetName).flatMap(group => [...group.nexuses])
  }

  closed(nexus: KnownNexus): void {
    for (const group of this.#groups) group.closed(nexus)
  }
}

/** What is no unit is of another type; one of another device, or of none any more, is not among those that it can be. */
function notInDevice(unit: unknown): Error {
  if (!(unit instanceof LogicalUnit)) checkArgument('unit', unit, LOGICAL_UNIT)
  const { name } = unit as LogicalUnit
  return new RangeError(
    `logical unit ${name} is not in this device: it was removed, or never added; right is one that addUnit() has returned`,
  )
}

/** A unit without blocks has no last one: READ CAPACITY would tell of 2^64. */
function refuseEmpty({ name, sizeBytes }: Store, { blockSizeBytes }: UnitAttributes): void {
  if (sizeBytes >= blockSizeBytes) return
  const right = `at least ${blockSizeBytes} bytes, or smaller blocks`
  throw new RangeError(`${name}: its ${sizeBytes} bytes hold no block of ${blockSizeBytes} bytes; right is ${right}`)
}
