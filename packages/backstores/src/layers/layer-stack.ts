import { checkOptions, type OptionDomains, object } from '@lunkit/wire'
import type { Store } from '../store/store.ts'
import type { StoreFault } from '../store/store-fault.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { Layer } from './layer.ts'
import { type LimitCounts, LimitLayer } from './limit.ts'
import type { LimitRule } from './limit-rule.ts'

/** What stands before a store. What is left out does nothing. */
export interface LayerRules {
  readonly limit?: LimitRule | undefined
}

const RULES: OptionDomains = { limit: object('a limit: { operations, bytes, perSource, burstMs }') }
const NOTHING: LimitCounts = { waiting: 0, delayed: 0, waitedMs: 0 }

/**
 * The layers before a store whose rules change while it is served. Without any rule operations go to the store at once. They are made with
 * the first rule, and stay: what one of them holds back ends on its way.
 */
export class LayerStack extends Layer {
  #front: Store
  #limit: LimitLayer | undefined
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
    return this.#limit?.counts ?? NOTHING
  }

  /**
   * Has these rules, and no others, from now on.
   * @throws {TypeError} or {RangeError} for rules that cannot be; those before hold then.
   */
  configure(rules: LayerRules): void {
    checkOptions('configure: rules', rules, RULES)
    const isIdle = Object.values(rules).every(rule => rule === undefined)
    if (this.#limit === undefined && isIdle) return
    this.#limit ??= new LimitLayer(this.behind)
    this.#limit.limit(rules.limit)
    this.#rules = rules
    this.#front = isIdle ? this.behind : this.#limit
  }

  submit(request: StoreRequest): boolean {
    return this.#front.submit(request)
  }

  override hurry(request: StoreRequest): void {
    ;(this.#limit ?? this.behind).hurry?.(request)
  }

  override close(): Promise<StoreFault | undefined> {
    return (this.#limit ?? this.behind).close()
  }
}
