import { StoreEngine, StoreOperation, type StoreRequest } from '@lunkit/backstores/store'
import { SenseKey } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import type { Clock, CounterPlace, HistogramPlace, RowPair } from '@lunkit/statistics'
import { Operation } from './operation.ts'
import { nexusMetrics, unitMetrics } from './unit-metrics.ts'

const unitAt = unitMetrics.at
const nexusAt = nexusMetrics.at
/** Of what is counted of each command; the names of so many metrics are looked up in a table. */
const { tasks, queueWait, r2tWait } = unitAt

/** Stands where no command is counted. */
const NOTHING = undefined as never
/** As many bytes as its CDB names. */
const BY_CDB = -1

/** Where commands of one kind are counted. */
export interface OperationPlaces {
  readonly commands: CounterPlace
  readonly nexusCommands: CounterPlace
  readonly duration: HistogramPlace
  /** Undefined where no bytes of the medium are concerned. */
  readonly bytes: CounterPlace | undefined
  readonly nexusBytes: CounterPlace | undefined
}

type BytesPlaces = Readonly<Partial<Record<Operation, CounterPlace>>>

/** For each kind of command where it is counted. */
export const operationPlaces = Object.fromEntries(
  Object.values(Operation).map(operation => [
    operation,
    {
      commands: unitAt.commands[operation],
      nexusCommands: nexusAt.commands[operation],
      duration: unitAt.duration[operation],
      bytes: (unitAt.bytes as BytesPlaces)[operation],
      nexusBytes: (nexusAt.bytes as BytesPlaces)[operation],
    },
  ]),
) as Readonly<Record<Operation, OperationPlaces>>

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
  #rows: RowPair = NOTHING
  #places: OperationPlaces = operationPlaces.other
  #begunMs = 0
  #atMs = 0
  #bytes = BY_CDB

  /** The device server has a command, of this kind; the rows are that of the unit and that of the nexus. */
  begin(clock: Clock, rows: RowPair, places: OperationPlaces): void {
    this.#clock = clock
    this.#rows = rows
    this.#places = places
    this.#begunMs = clock.now()
    this.#atMs = this.#begunMs
    this.#bytes = BY_CDB
    rows.add(tasks, nexusAt.tasks, 1)
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
    this.#rows.one.observe(queueWait, this.#atMs - this.#begunMs)
  }

  /** So many bytes of the medium are concerned, not as many as its CDB names. */
  concerns(bytes: number): void {
    this.#bytes = bytes
  }

  /** The store has ended an operation in place, of the kind timed at these places, that was begun at this time, which may have taken its time. */
  storedInPlace(places: StorePlaces, sinceMs: number): void {
    this.#atMs = this.#clock.readSince(sinceMs)
    this.#rows.one.observe(places[StoreEngine.inline], this.#atMs - sinceMs)
  }

  /**
   * An operation of the store has ended that was under way for a while, of the kind timed at these places, and that was begun at this time. What a
   * limit has held it for is counted for its initiator, and set back to 0.
   */
  stored(places: StorePlaces, request: StoreRequest, sinceMs: number): void {
    this.#atMs = this.#clock.now()
    this.#rows.one.observe(places[request.engine], this.#atMs - sinceMs)
    if (request.heldMs === 0) return
    this.#rows.other.add(nexusAt.throttledSeconds, request.heldMs / 1000)
    request.heldMs = 0
  }

  /** Data-out is there that was asked for at this time. */
  received(sinceMs: number): void {
    this.#atMs = this.#clock.now()
    this.#rows.one.observe(r2tWait, this.#atMs - sinceMs)
  }

  /** It has ended with a status of its own. */
  ended(status: Status, senseKey: SenseKey | undefined, named: NamedBytes): void {
    const places = this.#places
    const milliseconds = this.#atMs - this.#begunMs
    this.#rows.add(places.commands, places.nexusCommands, 1)
    this.#rows.observe(places.duration, nexusAt.duration, milliseconds)
    if (status === Status.good) this.#moved(this.#bytes === BY_CDB ? named.rangeBytes : this.#bytes)
    else this.#refused(status, senseKey)
  }

  #moved(bytes: number): void {
    const places = this.#places
    if (places.bytes === undefined || places.nexusBytes === undefined) return
    this.#rows.add(places.bytes, places.nexusBytes, bytes)
  }

  #refused(status: Status, senseKey: SenseKey | undefined): void {
    const place = senseKey === undefined ? refusalPlaces[status] : keyPlaces.get(senseKey)
    if (place !== undefined) this.#rows.one.add(place)
  }

  /** It was ended from outside. */
  aborted(): void {
    this.#rows.add(unitAt.abortedCommands, nexusAt.abortedCommands, 1)
  }

  /** Nothing of it is left. */
  leave(): void {
    this.#rows.add(tasks, nexusAt.tasks, -1)
    this.#clock = NOTHING
    this.#rows = NOTHING
  }
}
