import { callback, checkArgument, checkOptions, type OptionDomains, object, oneOf, required } from '@lunkit/wire'
import type { FaultCause } from '../store/fault-cause.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { Layer } from './layer.ts'
import { CountedRule, OPERATION_RULE, type OperationRule } from './operation-rule.ts'

/** Which operations fail, and how. */
export interface FailRule extends OperationRule {
  readonly fault: StoreFault
  /** What is said to have caused it; nothing when left out. */
  readonly cause?: FaultCause
}

/** What each of them may be. */
export const FAIL_RULE: OptionDomains = {
  ...OPERATION_RULE,
  fault: required(oneOf(Object.values(StoreFault))),
  cause: object('a cause: { code, errno, call }'),
}

/** A layer that makes operations fail. An operation that fails here does not reach the store behind. */
export class FailLayer extends Layer {
  readonly #random: () => number
  readonly #rules = new Set<CountedRule<FailRule>>()
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
    checkOptions('fail: rule', rule, FAIL_RULE)
    const counted = new CountedRule(rule)
    this.#rules.add(counted)
    return () => this.#rules.delete(counted)
  }

  /** Takes all rules away. */
  heal(): void {
    this.#rules.clear()
  }

  submit(request: StoreRequest): boolean {
    for (const counted of this.#rules) {
      if (!counted.isFor(request, this.#random)) continue
      this.#failures++
      request.fault = counted.rule.fault
      request.cause = counted.rule.cause
      return true
    }
    return this.behind.submit(request)
  }
}
