import { arrayOf, type Domain, type OptionDomains, oneOf, wholeNumber } from '@lunkit/wire'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'

/** Which operations a rule is about. What is left out does not narrow it. */
export interface OperationRule {
  readonly operations?: readonly StoreOperation[]
  /** Only operations that touch this range. A flush has no range and is not narrowed by one. */
  readonly offset?: number
  readonly lengthBytes?: number
  /** Lets so many matching operations pass first. */
  readonly after?: number
  /** So many matching operations, then no more: 1 is for once. */
  readonly times?: number
  /** A matching operation with this probability, 0 to 1. */
  readonly probability?: number
}

const PROBABILITY: Domain = {
  type: 'number',
  words: 'a number from 0 to 1',
  has: (value: number) => value >= 0 && value <= 1,
}
/** What each of them may be. */
export const OPERATION_RULE: OptionDomains = {
  operations: arrayOf(oneOf(Object.values(StoreOperation))),
  offset: wholeNumber(),
  lengthBytes: wholeNumber(),
  after: wholeNumber(),
  times: wholeNumber(),
  probability: PROBABILITY,
}

/** A rule, and how often it has been met. */
export class CountedRule<R extends OperationRule> {
  readonly rule: R
  #passed = 0
  #met = 0

  constructor(rule: R) {
    this.rule = rule
  }

  /** Whether the rule is for this operation, which counts then. */
  isFor(request: StoreRequest, random: () => number): boolean {
    const { after = 0, times = Number.POSITIVE_INFINITY, probability } = this.rule
    if (!matches(this.rule, request)) return false
    if (this.#passed < after) {
      this.#passed++
      return false
    }
    if (this.#met >= times) return false
    if (probability !== undefined && random() >= probability) return false
    this.#met++
    return true
  }
}

function matches(
  { operations, offset = 0, lengthBytes = Number.POSITIVE_INFINITY }: OperationRule,
  request: StoreRequest,
): boolean {
  if (operations && !operations.includes(request.operation)) return false
  if (request.operation === StoreOperation.flush) return true
  return request.offset < offset + lengthBytes && request.offset + request.lengthBytes > offset
}
