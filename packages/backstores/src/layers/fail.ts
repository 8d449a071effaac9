import {
  arrayOf,
  callback,
  checkArgument,
  checkOptions,
  type OptionDomains,
  object,
  oneOf,
  required,
  wholeNumber,
} from '@lunkit/wire'
import type { FaultCause } from '../store/fault-cause.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { Layer } from './layer.ts'

/** Which operations fail, and how. What is left out does not narrow the rule. */
export interface FailRule {
  readonly fault: StoreFault
  /** What is said to have caused it; nothing when left out. */
  readonly cause?: FaultCause
  readonly operations?: readonly StoreOperation[]
  /** Only operations that touch this range. A flush has no range and is not narrowed by one. */
  readonly offset?: number
  readonly lengthBytes?: number
  /** Lets so many matching operations pass first. */
  readonly after?: number
  /** Fails so many matching operations, then no more. */
  readonly times?: number
  /** Fails a matching operation with this probability, 0 to 1. */
  readonly probability?: number
}

const RULE: OptionDomains = {
  fault: required(oneOf(Object.values(StoreFault))),
  cause: object('a cause: { code, errno, call }'),
  operations: arrayOf(oneOf(Object.values(StoreOperation))),
  offset: wholeNumber(),
  lengthBytes: wholeNumber(),
  after: wholeNumber(),
  times: wholeNumber(),
  probability: { type: 'number', words: 'a number from 0 to 1', has: (value: number) => value >= 0 && value <= 1 },
}

interface ActiveRule {
  readonly rule: FailRule
  passed: number
  failed: number
}

/** A layer that makes operations fail. An operation that fails here does not reach the store behind. */
export class FailLayer extends Layer {
  readonly #random: () => number
  readonly #rules = new Set<ActiveRule>()
  #failures = 0

  /** `random` decides where a rule has a probability: numbers from 0 up to, not including, 1. */
  constructor(behind: Store, random: () => number = Math.random) {
    super(behind)
    checkArgument('FailLayer: random', random, callback)
    this.#random = random
  }

  /** How many operations have failed here. */
  get failures(): number {
    return this.#failures
  }

  /**
   * Adds a rule; the first that matches decides. The returned function takes it away.
   * @throws {TypeError} or {RangeError} for a rule that cannot be.
   */
  fail(rule: FailRule): () => void {
    checkOptions('fail: rule', rule, RULE)
    const active = { rule, passed: 0, failed: 0 }
    this.#rules.add(active)
    return () => this.#rules.delete(active)
  }

  /** Takes all rules away. */
  heal(): void {
    this.#rules.clear()
  }

  submit(request: StoreRequest): boolean {
    for (const active of this.#rules) {
      if (!this.#decides(active, request)) continue
      this.#failures++
      request.fault = active.rule.fault
      request.cause = active.rule.cause
      return true
    }
    return this.behind.submit(request)
  }

  #decides(active: ActiveRule, request: StoreRequest): boolean {
    const { rule } = active
    if (!matches(rule, request)) return false
    if (active.passed < (rule.after ?? 0)) {
      active.passed++
      return false
    }
    if (active.failed >= (rule.times ?? Number.POSITIVE_INFINITY)) return false
    if (rule.probability !== undefined && this.#random() >= rule.probability) return false
    active.failed++
    return true
  }
}

function matches(
  { operations, offset = 0, lengthBytes = Number.POSITIVE_INFINITY }: FailRule,
  request: StoreRequest,
): boolean {
  if (operations && !operations.includes(request.operation)) return false
  if (request.operation === StoreOperation.flush) return true
  return request.offset < offset + lengthBytes && request.offset + request.lengthBytes > offset
}
