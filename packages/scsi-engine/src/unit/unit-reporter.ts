import type { FaultCause, StoreEvent, StoreFault, StoreOperation, StoreRequest } from '@lunkit/backstores/store'
import type { Timers } from '@lunkit/wire'
import { FAILURE_REPORT_MS } from '../limits.ts'

/** Operations of one kind that a store failed in one way. */
export interface OperationFailure {
  readonly kind: 'operationFailed'
  readonly operation: StoreOperation
  readonly fault: StoreFault
  /** What the system said to the last of them, where it was asked. */
  readonly cause?: FaultCause | undefined
  /** Where the last of them was on the medium, in bytes. */
  readonly offset: number
  readonly lengthBytes: number
  /** How many there were since the last report of their kind. */
  readonly times: number
}

/** What a logical unit tells its administrator. */
export type UnitEvent =
  | StoreEvent
  | OperationFailure
  /** An operation of an aborted task does not return: the unit is not ready until it does. */
  | { readonly kind: 'quarantined' }
  | { readonly kind: 'returned' }

/** What the store's own events tell already: a report for each operation would only repeat it. */
const TOLD_OTHERWISE: ReadonlySet<StoreFault> = new Set<StoreFault>(['laneLost', 'flushFailed'])

/**
 * Tells what goes wrong with a logical unit: the first failure of a kind at once, those that follow counted and summed
 * up every FAILURE_REPORT_MS for as long as there are any.
 */
export class UnitReporter {
  readonly #timers: Timers
  readonly #listener: (event: UnitEvent) => void
  /** The kinds that were told of lately, with what has come since. */
  readonly #recent = new Map<string, OperationFailure>()

  constructor(timers: Timers, listener: (event: UnitEvent) => void = () => {}) {
    this.#timers = timers
    this.#listener = listener
  }

  tell(event: UnitEvent): void {
    this.#listener(event)
  }

  /** A store operation has failed. */
  failed({ operation, fault, cause, offset, lengthBytes }: StoreRequest): void {
    if (fault === undefined || TOLD_OTHERWISE.has(fault)) return
    const key = `${operation} ${fault}`
    const recent = this.#recent.get(key)
    const failure = { kind: 'operationFailed', operation, fault, cause, offset, lengthBytes } as const
    this.#recent.set(key, { ...failure, times: recent ? recent.times + 1 : 0 })
    if (recent) return
    this.#listener({ ...failure, times: 1 })
    this.#sumUpLater(key)
  }

  #sumUpLater(key: string): void {
    this.#timers.after(FAILURE_REPORT_MS, () => {
      const recent = this.#recent.get(key)
      this.#recent.delete(key)
      if (!recent || recent.times === 0) return
      this.#recent.set(key, { ...recent, times: 0 })
      this.#listener(recent)
      this.#sumUpLater(key)
    })
  }
}
