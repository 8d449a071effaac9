import { StoreEngine, StoreOperation } from '@lunkit/backstores/store'
import { SenseKey } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import type { Clock, CounterPlace, HistogramPlace } from '@lunkit/statistics'
import type { NexusAccount } from './nexus-account.ts'
import { type OperationPlaces, operationPlaces } from './operation-places.ts'
import { unitMetrics } from './unit-metrics.ts'

const unitAt = unitMetrics.at

/** Stands where no command is counted. */
const NOTHING = undefined as never
/** As many bytes as its CDB names. */
const BY_CDB = -1

/** Where one kind of operation of the store is timed, by the engine that has done it. */
export type StorePlaces = Readonly<Record<StoreEngine, HistogramPlace>>

/** For each kind of operation where it is timed; by one system call together with others only reads are done. */
export const storePlaces = Object.fromEntries(
  Object.values(StoreOperation).map(operation => [
    operation,
    {
      [StoreEngine.inline]: unitAt.storeInline[operation],
      [StoreEngine.uring]:
        (unitAt.storeUring as Partial<typeof unitAt.storeLane>)[operation] ?? unitAt.storeLane[operation],
      [StoreEngine.lane]: unitAt.storeLane[operation],
    },
  ]),
) as Readonly<Record<StoreOperation, StorePlaces>>

/** By sense key. */
const keyPlaces = new Map<number, CounterPlace>(
  Object.entries(SenseKey).map(([name, key]) => [key, unitAt.checkConditions[name as keyof typeof SenseKey]]),
)

/** By status. */
const refusalPlaces: Readonly<Partial<Record<Status, CounterPlace>>> = {
  [Status.busy]: unitAt.refusals.busy,
  [Status.reservationConflict]: unitAt.refusals.reservation_conflict,
  [Status.taskSetFull]: unitAt.refusals.task_set_full,
}

/** What a CDB names. */
export interface NamedBytes {
  /** How many bytes of the medium. */
  readonly rangeBytes: number
}

/** What is counted of one command, from when the device server has it until it ends. Used again for the next. */
export class CommandAccount {
  #clock: Clock = NOTHING
  #home: NexusAccount = NOTHING
  #places: OperationPlaces = operationPlaces.other
  #begunMs = 0
  #atMs = 0
  #bytes = BY_CDB

  /** The device server has a command, of this kind. */
  begin(home: NexusAccount, places: OperationPlaces): void {
    const { clock } = home.unit
    this.#clock = clock
    this.#home = home
    this.#places = places
    this.#begunMs = clock.now()
    this.#atMs = this.#begunMs
    this.#bytes = BY_CDB
    home.tasks.due()
  }

  /** When it was last looked at the clock for this command: nothing that takes its time has been done since. */
  get atMs(): number {
    return this.#atMs
  }

  /** The command goes on after it has waited for something. */
  resumed(): void {
    this.#atMs = this.#clock.now()
  }

  /** The command runs that has waited for others. */
  waited(): void {
    this.#atMs = this.#clock.read()
    this.#home.unit.row.observe(unitAt.queueWait, this.#atMs - this.#begunMs)
  }

  /** So many bytes of the medium are concerned, not as many as its CDB names. */
  concerns(bytes: number): void {
    this.#bytes = bytes
  }

  /** The store has ended an operation in place, of the kind timed at these places, that was begun at this time, which may have taken its time. */
  storedInPlace(places: StorePlaces, sinceMs: number): void {
    this.#atMs = this.#clock.readSince(sinceMs)
    this.#home.unit.row.observe(places[StoreEngine.inline], this.#atMs - sinceMs)
  }

  /** An operation of the store has ended, of the kind timed at these places, that was begun at this time and done by this engine. */
  stored(places: StorePlaces, engine: StoreEngine, sinceMs: number): void {
    this.#atMs = this.#clock.now()
    this.#home.unit.row.observe(places[engine], this.#atMs - sinceMs)
  }

  /** Data-out is there that was asked for at this time. */
  received(sinceMs: number): void {
    this.#atMs = this.#clock.now()
    this.#home.unit.row.observe(unitAt.r2tWait, this.#atMs - sinceMs)
  }

  /** It has ended with a status of its own. */
  ended(status: Status, senseKey: SenseKey | undefined, named: NamedBytes): void {
    const isGood = status === Status.good
    const bytes = this.#bytes === BY_CDB ? named.rangeBytes : this.#bytes
    this.#home.ended(this.#places, this.#atMs - this.#begunMs, isGood ? bytes : 0)
    if (!isGood) this.#refused(status, senseKey)
  }

  #refused(status: Status, senseKey: SenseKey | undefined): void {
    const place = senseKey === undefined ? refusalPlaces[status] : keyPlaces.get(senseKey)
    if (place !== undefined) this.#home.unit.row.add(place)
  }

  /** It was ended from outside. */
  aborted(): void {
    this.#home.aborted()
  }

  /** Nothing of it is left. */
  leave(): void {
    this.#home.tasks.due()
    this.#clock = NOTHING
    this.#home = NOTHING
  }
}
