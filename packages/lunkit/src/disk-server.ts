import { createLanes, dropPages, type LaneEvent, type Lanes } from '@lunkit/backstores'
import { TargetDevice } from '@lunkit/scsi-engine'
import {
  checkTargetName,
  type Drained,
  formatAddress,
  type KeepOut,
  type LogoutTimes,
  type PduListener,
  type PortalAddress,
  type SessionDescription,
  type SessionLoad,
  startTimerWheel,
  TargetServer,
  type Timers,
  type TraceOptions,
} from '@lunkit/target'
import { callback, checkArgument, required, Slab, wholeNumber } from '@lunkit/wire'
import type { Disk, FlushFailure } from './disk.ts'
import { EventFeed, type ServerEvent } from './event-feed.ts'
import { type LaneThreads, laneThreads } from './lane-placement.ts'
import { warnOfLanes } from './lane-warning.ts'
import { LOGOUT_GRACE_MS } from './logout-grace.ts'
import { LOCAL_PORTAL, madeName, newTargetSteps, PORTAL_GROUP_TAG } from './new-target.ts'
import { OpenDisks } from './open-disks.ts'
import { checkAddTarget, checkOpening, checkServerOptions } from './option-checks.ts'
import { Polling } from './polling.ts'
import { servedTargets, servedUnits } from './process-names.ts'
import { ServedTarget } from './served-target.ts'
import { checkServedTarget } from './served-target-check.ts'
import type { DiskServerOptions } from './server-options.ts'
import { ServerStatistics } from './server-statistics.ts'
import type { Storage } from './storage.ts'
import type { NewTargetOptions, ServedTargetOptions } from './target-options.ts'
import { servedTargetSteps } from './tree/served-target-steps.ts'
import { ServedTree } from './tree/served-tree.ts'
import type { ServerSettings } from './tree/server-settings.ts'
import type { Step, StepOf } from './tree/step.ts'
import { StepError, type StepFailure } from './tree/step-error.ts'

/** Transfer memory of a server that is not told otherwise. The system gives it when it is first used. */
export const TRANSFER_MEMORY_BYTES = 128 * 1024 * 1024
/** How often transfer memory is looked through for what was not used lately, which the system gets back. */
const TRIM_EVERY_MS = 5000
const TAG = wholeNumber(0, 0xffff)
const PICKS = required(callback)
/** After this time of closing disks are flushed, whatever else is still waited for. */
const FLUSH_ANYWAY_MS = 4000

/** Disks, the targets that serve them, and what these share: transfer memory, worker lanes, portals. */
export class DiskServer implements AsyncDisposable {
  readonly #slab: Slab
  /** What is counted of all that it serves. */
  readonly statistics: ServerStatistics
  readonly #device: TargetDevice
  readonly #server: TargetServer
  readonly #timers: Timers
  readonly #stopTimers: () => void
  #stopTrimming = () => {}
  #threads: LaneThreads
  #pollUs: number
  readonly #polling: Polling
  readonly #laneListener: (event: LaneEvent) => void
  /** All that is served; it changes by steps. */
  readonly tree: ServedTree
  readonly #events = new EventFeed()
  readonly #disks: OpenDisks
  #lanes: Lanes | undefined
  #closing: Promise<readonly FlushFailure[]> | undefined

  /** @throws {TypeError} or {RangeError} for options that cannot be. */
  constructor(options: DiskServerOptions = {}) {
    checkServerOptions('DiskServer', options)
    const { transferMemoryBytes = TRANSFER_MEMORY_BYTES, poison = false, onBug, listener, limits } = options
    const { wheel, stop } = options.timers ? { wheel: options.timers, stop: () => {} } : startTimerWheel()
    this.#slab = new Slab({ sizeBytes: transferMemoryBytes, poison })
    this.statistics = new ServerStatistics(this.#slab)
    const identities = servedUnits
    const statistics = this.statistics.engine
    this.#device = new TargetDevice({
      slab: this.#slab,
      timers: wheel,
      identities,
      statistics,
      ...(onBug && { onBug }),
    })
    this.#threads = laneThreads(options)
    this.#pollUs = options.pollUs ?? 0
    this.#polling = new Polling({ pollUs: this.#pollUs })
    this.#server = new TargetServer({
      slab: this.#slab,
      timers: wheel,
      statistics: this.statistics.target,
      ...(options.discovery && { discovery: options.discovery }),
      listener: event => {
        listener?.(event)
        this.#events.tell(event)
      },
      ...(limits && { limits }),
      batch: { begin: () => this.#lanes?.reads.begin(), end: () => this.#lanes?.reads.end() },
      worked: this.#polling.worked,
    })
    const { laneListener = warnOfLanes, diskListener } = options
    this.#disks = new OpenDisks({
      device: this.#device,
      lanes: () => this.#startLanes(),
      tell: (disk, event) => {
        diskListener?.(disk, event)
        this.#events.tell({ kind: 'disk', disk, event })
      },
    })
    this.tree = new ServedTree({
      device: this.#device,
      server: this.#server,
      timers: wheel,
      open: opening => this.#disks.open(opening),
      close: disk => this.#disks.close(disk),
      laneCount: this.#threads.count,
      configure: settings => this.#configure(settings),
      takeName: name => servedTargets.take(name, this),
      releaseName: name => servedTargets.release(name),
    })
    this.#stopTimers = stop
    this.#timers = wheel
    this.#trimLater()
    this.#laneListener = event => {
      laneListener(event)
      this.#events.tell({ kind: 'lane', event })
    }
  }

  /** The disks that are open. */
  get disks(): Iterable<Disk> {
    return this.#disks.all
  }

  /** After `close` was called: the disks that are not flushed yet, by plugin and name: `fileio/disk0`. */
  get unflushedDisks(): readonly string[] {
    return this.#disks.unflushed
  }

  /**
   * The numbers of the lanes that do nothing any more: so many of their operations do not return that they can have no further thread.
   * Disks that are at home there wait.
   */
  get silentLanes(): readonly number[] {
    return this.#lanes?.silent ?? []
  }

  /** What goes on, from now on, for `for await`; it ends with the server. Each time that it is asked for is another one. */
  get events(): AsyncIterableIterator<ServerEvent, undefined> {
    return this.#events.open()
  }

  /** What each session holds now. */
  get sessionLoads(): SessionLoad[] {
    return this.#server.sessionLoads
  }

  /**
   * Ends the sessions that `which` picks, and tells their initiators, which may log in again; answers how many.
   * @throws {TypeError} for what is no function.
   */
  endSessions(which: (session: SessionDescription) => boolean): number {
    checkArgument('endSessions: which', which, PICKS)
    return this.#server.endSessions(which)
  }

  /** Has `rule` say which logins are kept out for a while, or sent elsewhere. @throws {TypeError} for what is no function. */
  keepOut(rule: KeepOut): void {
    this.#server.keepOut(rule)
  }

  /**
   * Asks the initiators of the sessions that `which` picks to log out, and ends those that have not after `graceMs`; tells them after how
   * many seconds to come back. Resolves when nothing is left of them, with how many they were and how many had to be ended.
   * @throws {TypeError} or {RangeError} for what is no function, or no times.
   */
  drainSessions(which: (session: SessionDescription) => boolean, times: LogoutTimes): Promise<Drained> {
    checkArgument('drainSessions: which', which, PICKS)
    return this.#server.drainSessions(which, times)
  }

  /**
   * Tells each PDU that is received or composed from now on, of the connections that `options` say, until the function that it returns
   * is called. What proves who somebody is (CHAP) is never told.
   * @throws {TypeError} or {RangeError} for wrong options, or what is no function.
   */
  trace(options: TraceOptions, tell: PduListener): () => void {
    return this.#server.traces.start(options, tell)
  }

  /** Bytes of transfer memory that are in use now. */
  get transferMemoryUsedBytes(): number {
    return this.#slab.takenBytes
  }

  /**
   * Opens a disk; nobody sees it before a target has it. `name` is for one that has none of its own; `target`, where it is known,
   * is the target that it is for, of which its serial number is made where nothing better is known of it.
   * @throws {TypeError} or {RangeError} for what is no storage object or no name; nothing was opened then.
   * {StoreOpenError} when the store cannot be opened. {RangeError} for a size or an attribute that it cannot have.
   * {DuplicateIdentityError} when another disk of this process has its identity.
   */
  async open(storage: Storage, name = 'disk', target?: string): Promise<Disk> {
    checkOpening(storage, name, target)
    const opening = { key: '' }
    await this.change(() => {
      const step = this.openingOf(storage, name, target)
      opening.key = step.disk
      return [step]
    })
    return this.tree.disk(opening.key) as Disk
  }

  /**
   * Adds a target of the server's own making, as `createTarget` does.
   * @throws {TypeError} or {RangeError} for options that cannot be. {StoreOpenError} or {RangeError} for a disk that cannot be, {DuplicateIdentityError}
   * for a disk or a target that would have the identity of another one of this process, {AggregateError} when the portal cannot be
   * opened. Nothing has changed then.
   */
  async addTarget(options: NewTargetOptions): Promise<ServedTarget> {
    checkAddTarget(options)
    const { portal = LOCAL_PORTAL, name = madeName(portal), luns } = options
    await this.change(() => {
      const keys = new Set(this.tree.parts.disks.keys())
      const opening = (at: number) => {
        const step = this.openingOf(luns[at] as Storage, `disk${at}`, name, keys)
        keys.add(step.disk)
        return step
      }
      return newTargetSteps({ ...options, portal, name }, opening)
    })
    return new ServedTarget(this, name, PORTAL_GROUP_TAG)
  }

  /**
   * A target that is served; undefined where there is none of this name, or it has no portal group of this tag.
   * @throws {TypeError} or {RangeError} for what is no name, or no tag.
   */
  target(name: string, tag = PORTAL_GROUP_TAG): ServedTarget | undefined {
    checkTargetName('target', name)
    checkArgument('target: tag', tag, TAG)
    const found = this.tree.parts.findTarget(name)
    return found?.groups.has(tag) ? new ServedTarget(this, found.name, tag) : undefined
  }

  /** @internal the step that opens a disk under a key that is free; `name` is for one that has none of its own */
  openingOf(storage: Storage, name: string, target?: string, taken: Keys = this.tree.parts.disks): StepOf<'openDisk'> {
    const named = { ...storage, name: storage.name ?? name }
    const disk = freeKey(named.name, taken)
    return { kind: 'openDisk', disk, storage: named, ...(target !== undefined && { target }) }
  }

  /** @internal a change of one thing, that fails with what has gone wrong itself */
  async change(steps: () => readonly Step[]): Promise<void> {
    await causeOf(this.tree.apply(steps))
  }

  /**
   * Serves targets, each in place of one of the same name; what is the same of it goes on. A portal that cannot be opened leaves
   * the others alone.
   * @throws {AggregateError} of the portals that could not be opened; the targets are served at the others. {TypeError} or
   * {RangeError} for a target that cannot be; nothing has changed then. {DuplicateIdentityError} when another server of this
   * process has a target of that name.
   */
  async serve(...targets: readonly ServedTargetOptions[]): Promise<void> {
    const isOpen = (disk: Disk) => this.tree.disk(disk.key) === disk
    for (const [at, target] of targets.entries()) checkServedTarget(`serve: target ${at}`, target, isOpen)
    const steps = () => targets.flatMap(target => servedTargetSteps(this.tree.parts.findTarget(target.name), target))
    const failures = new Map<string, Error>()
    const leaveOut = ({ step, error: cause }: StepFailure): void => {
      const { portal } = step as StepOf<'openPortal'>
      failures.set(formatAddress(portal), portalError(portal, cause))
    }
    await causeOf(this.tree.apply(steps, { leaveOut }))
    const errors = [...failures.values()]
    if (errors.length > 0) throw new AggregateError(errors, errors.map(error => error.message).join('; '))
  }

  /**
   * Where a portal that was asked for listens, with the port that was found; undefined when it does not.
   * @throws {TypeError} or {RangeError} for what is no address.
   */
  addressOf(asked: PortalAddress): PortalAddress | undefined {
    return this.#server.addressOf(asked)
  }

  /**
   * The tag of the portal group by which a target is reached at an address; undefined where there is none.
   * @throws {TypeError} or {RangeError} for what is no name or no address.
   */
  portalGroupAt(targetName: string, address: PortalAddress): number | undefined {
    return this.#server.groupTagAt(targetName, address)
  }

  /**
   * Ends it: no new commands, initiators are asked to log out and have `LOGOUT_GRACE_MS` for it, operations under way
   * end, disks are flushed and closed. Resolves with the disks that could not be flushed.
   */
  close(): Promise<readonly FlushFailure[]> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** @throws {AggregateError} when a disk could not be flushed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures = await this.close()
    if (failures.length === 0) return
    const errors = failures.map(({ disk, fault }) => new Error(`${disk} could not be flushed: ${fault}`))
    throw new AggregateError(errors, errors.map(error => error.message).join('; '))
  }

  #trimLater(): void {
    this.#stopTrimming = this.#timers.after(TRIM_EVERY_MS, () => {
      this.#slab.trim((offset, lengthBytes) => dropPages(this.#slab.memory, offset, lengthBytes))
      this.#trimLater()
    })
  }

  #configure({ limits, pollUs, lanePlacement = {}, discovery }: ServerSettings): void {
    this.#server.setLimits(limits)
    this.#server.setDiscovery(discovery)
    this.#pollUs = pollUs
    this.#polling.pollUs = pollUs
    this.#lanes?.setPollUs(pollUs)
    this.#threads = { ...this.#threads, placement: lanePlacement }
    this.#lanes?.place(lanePlacement)
  }

  #startLanes(): Lanes {
    if (this.#lanes) return this.#lanes
    const { lanes: options } = this.statistics
    const lanes = createLanes({
      slab: this.#slab,
      pollUs: this.#pollUs,
      ...this.#threads,
      ...options,
    })
    this.#polling.watch(lanes)
    lanes.listen(this.#laneListener)
    this.#lanes = lanes
    return lanes
  }

  async #close(): Promise<readonly FlushFailure[]> {
    this.#disks.end()
    const stopWaiting = this.#timers.after(FLUSH_ANYWAY_MS, () => this.#disks.flush())
    await this.#server.drain(LOGOUT_GRACE_MS)
    stopWaiting()
    const { flushFailures } = await this.tree.close()
    await this.#lanes?.close()
    this.#stopTrimming()
    this.statistics.stop()
    this.#stopTimers()
    this.#events.end()
    return flushFailures
  }
}

/** Keys that are taken. */
type Keys = Pick<ReadonlySet<string>, 'has'>

/** A key that no disk has: the name, or one with a number where a disk of that name is open. */
function freeKey(name: string, taken: Keys): string {
  let key = name
  for (let number = 2; taken.has(key); number++) key = `${name} (${number})`
  return key
}

/** A change of a single thing fails with what has gone wrong itself. */
async function causeOf<T>(change: Promise<T>): Promise<T> {
  try {
    return await change
  } catch (error) {
    if (!(error instanceof StepError) || error.notUndone.length > 0) throw error
    const { step, cause } = error
    if (step.kind !== 'openPortal') throw cause
    const portal = portalError(step.portal, cause as Error)
    throw new AggregateError([portal], portal.message)
  }
}

const portalError = (portal: PortalAddress, cause: Error): Error =>
  new Error(`portal ${formatAddress(portal)} cannot be opened: ${cause.message}`, { cause })
