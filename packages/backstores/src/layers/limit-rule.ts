import { type Domain, type OptionDomains, wholeNumber } from '@lunkit/wire'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { Allowance } from './allowance.ts'

/** What may be done in a second. What is left out is not limited. */
export interface Rates {
  /** Reads, writes, zeroings and discards. */
  readonly operations?: number | undefined
  /** Bytes that are read and written. */
  readonly bytes?: number | undefined
}

/** How much may be done with a store. What is left out is not limited. */
export interface LimitRule extends Rates {
  /** The same for each source by itself. */
  readonly perSource?: Rates
  /** The time, in ms, whose operations and bytes may be saved up while less is done, and done at once then; 100 where it is left out. */
  readonly burstMs?: number | undefined
}

/** What holds where a rule says no burst. */
export const DEFAULT_BURST_MS = 100

const RATE: Domain = wholeNumber(1)
const RATES: OptionDomains = { operations: RATE, bytes: RATE }
/** What each of them may be. */
export const LIMIT_RULE: OptionDomains = {
  ...RATES,
  perSource: { type: 'object', words: 'rates: { operations, bytes }', has: areRates },
  burstMs: wholeNumber(1, 60_000),
}

function areRates(rates: object | null): boolean {
  if (rates === null) return false
  return Object.entries(rates).every(
    ([name, value]) => value === undefined || (name in RATES && typeof value === 'number' && RATE.has(value as never)),
  )
}

const LIMITED: ReadonlySet<StoreOperation> = new Set([
  StoreOperation.read,
  StoreOperation.write,
  StoreOperation.zero,
  StoreOperation.discard,
])

/** Whether an operation is one that is limited: nobody waits to flush, or to be told what is allocated. */
export const isLimited = ({ operation }: StoreRequest): boolean => LIMITED.has(operation)

/** The bytes that an operation moves. */
export const bytesOf = ({ operation, lengthBytes }: StoreRequest): number =>
  operation === StoreOperation.read || operation === StoreOperation.write ? lengthBytes : 0

/** What is left of rates. */
export class Account {
  #operations: Allowance | undefined
  #bytes: Allowance | undefined

  /** Has these rates from now on. */
  change({ operations, bytes }: Rates, burstMs: number, nowMs: number): void {
    this.#operations = changed(this.#operations, operations, { burstMs, nowMs })
    this.#bytes = changed(this.#bytes, bytes, { burstMs, nowMs })
  }

  /** For how many ms nothing may be done still. */
  waitMs(nowMs: number): number {
    return Math.max(this.#operations?.waitMs(nowMs) ?? 0, this.#bytes?.waitMs(nowMs) ?? 0)
  }

  use(request: StoreRequest): void {
    this.#operations?.use(1)
    this.#bytes?.use(bytesOf(request))
  }
}

function changed(
  before: Allowance | undefined,
  perSecond: number | undefined,
  { burstMs, nowMs }: { readonly burstMs: number; readonly nowMs: number },
): Allowance | undefined {
  if (perSecond === undefined) return undefined
  if (before === undefined) return new Allowance(perSecond, burstMs, nowMs)
  before.change(perSecond, burstMs, nowMs)
  return before
}
