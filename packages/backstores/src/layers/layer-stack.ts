import { isDeepStrictEqual } from 'node:util'
import { checkOptions, type OptionDomains, object } from '@lunkit/wire'
import type { Store } from '../store/store.ts'
import type { StoreFault } from '../store/store-fault.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { DELAY_RULE, DelayLayer, type DelayRule } from './delay.ts'
import { FAIL_RULE, FailLayer, type FailRule } from './fail.ts'
import { Layer } from './layer.ts'
import { type LimitCounts, LimitLayer } from './limit.ts'
import { LIMIT_RULE, type LimitRule } from './limit-rule.ts'
import { LOG_RULE, LogLayer, type LogRule } from './log.ts'

/** What stands before a store, in this order. What is left out does nothing. */
export interface LayerRules {
  readonly log?: LogRule | undefined
  readonly limit?: LimitRule | undefined
  readonly delay?: DelayRule | undefined
  readonly fail?: FailRule | undefined
}

const RULES: OptionDomains = {
  log: object('what is told: { outcomes, tell }'),
  limit: object('a limit: { operations, bytes, perSource, burstMs }'),
  delay: object('a delay: { delayMs, operations, offset, lengthBytes, after, times, probability }'),
  fail: object('a failure: { fault, cause, operations, offset, lengthBytes, after, times, probability }'),
}
const NOTHING: LimitCounts = { waiting: 0, delayed: 0, waitedMs: 0 }

/** The layers before one store, each on the next. */
class Chain {
  readonly fail: FailLayer
  readonly delay: DelayLayer
  readonly limit: LimitLayer
  readonly log: LogLayer

  constructor(behind: Store) {
    this.fail = new FailLayer(behind)
    this.delay = new DelayLayer(this.fail)
    this.limit = new LimitLayer(this.delay)
    this.log = new LogLayer(this.limit)
  }

  /** A rule that stays as it is goes on as it is: what is to happen once does not happen again. */
  change(from: LayerRules, to: LayerRules): void {
    if (!isDeepStrictEqual(from.log, to.log)) this.log.log(to.log)
    if (!isDeepStrictEqual(from.limit, to.limit)) this.limit.limit(to.limit)
    if (!isDeepStrictEqual(from.delay, to.delay)) this.delay.hold(to.delay)
    if (isDeepStrictEqual(from.fail, to.fail)) return
    this.fail.heal()
    if (to.fail !== undefined) this.fail.fail(to.fail)
  }
}

/**
 * The layers before a store whose rules change while it is served. Without any rule operations go to the store at once. They are made with
 * the first rule, and stay: what one of them holds back ends on its way.
 */
export class LayerStack extends Layer {
  #front: Store
  #chain: Chain | undefined
  #rules: LayerRules = {}

  /** @throws {TypeError} for what is no store. */
  constructor(behind: Store) {
    super(behind)
    this.#front = behind
  }

  get rules(): LayerRules {
    return this.#rules
  }

  /** What the limit has made wait. */
  get limitCounts(): LimitCounts {
    return this.#chain?.limit.counts ?? NOTHING
  }

  /**
   * Has these rules, and no others, from now on.
   * @throws {TypeError} or {RangeError} for rules that cannot be; those before hold then.
   */
  configure(rules: LayerRules): void {
    checkOptions('configure: rules', rules, RULES)
    if (rules.log !== undefined) checkOptions('configure: log', rules.log, LOG_RULE)
    if (rules.limit !== undefined) checkOptions('configure: limit', rules.limit, LIMIT_RULE)
    if (rules.delay !== undefined) checkOptions('configure: delay', rules.delay, DELAY_RULE)
    if (rules.fail !== undefined) checkOptions('configure: fail', rules.fail, FAIL_RULE)
    const isIdle = Object.values(rules).every(rule => rule === undefined)
    if (this.#chain === undefined && isIdle) return
    this.#chain ??= new Chain(this.behind)
    this.#chain.change(this.#rules, rules)
    this.#rules = rules
    this.#front = isIdle ? this.behind : this.#chain.log
  }

  submit(request: StoreRequest): boolean {
    return this.#front.submit(request)
  }

  override hurry(request: StoreRequest): void {
    ;(this.#chain?.log ?? this.behind).hurry?.(request)
  }

  override close(): Promise<StoreFault | undefined> {
    return (this.#chain?.log ?? this.behind).close()
  }
}
