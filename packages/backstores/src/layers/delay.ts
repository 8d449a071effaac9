import { callback, checkArgument, checkOptions, type OptionDomains, wholeNumber } from '@lunkit/wire'
import { rangeFault } from '../range.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { systemTimers, TIMER_MS, TIMERS, type Timers } from '../timers.ts'
import { UnderWay } from '../under-way.ts'
import { Layer } from './layer.ts'
import { CountedRule, OPERATION_RULE, type OperationRule } from './operation-rule.ts'
import { Passage, type PassageOwner } from './passage.ts'

/** What is held back, and for how long. */
export interface DelayRule extends OperationRule {
  /** How long each operation is held; until `release` is called when left out. */
  readonly delayMs?: number
}

const COUNT = wholeNumber()
/** What each of them may be. */
export const DELAY_RULE: OptionDomains = { ...OPERATION_RULE, delayMs: TIMER_MS }

interface Held {
  readonly request: StoreRequest
  readonly isTimed: boolean
  cancel: () => void
}

/**
 * A layer that holds operations back before the store behind sees them, for a time or until they are released. A held
 * operation still runs to its end, and is released when the layer is closed.
 */
export class DelayLayer extends Layer implements PassageOwner {
  readonly #timers: Timers
  readonly #held = new Set<Held>()
  readonly #idle: Passage[] = []
  readonly #underWay = new UnderWay()
  readonly #random: () => number
  #rule: CountedRule<DelayRule> | undefined

  /**
   * `random` decides where a rule has a probability: numbers from 0 up to, not including, 1.
   * @throws {TypeError} for what is no store, no timers, or no function.
   */
  constructor(behind: Store, timers: Timers = systemTimers, random: () => number = Math.random) {
    super(behind)
    checkArgument('DelayLayer: timers', timers, TIMERS)
    checkArgument('DelayLayer: random', random, callback)
    this.#timers = timers
    this.#random = random
  }

  /** Operations that are held back now. */
  get held(): number {
    return this.#held.size
  }

  /**
   * Holds operations back from now on; undefined: no more. What is held already stays.
   * @throws {TypeError} or {RangeError} for a rule that cannot be.
   */
  hold(rule: DelayRule | undefined): void {
    if (rule !== undefined) checkOptions('hold: rule', rule, DELAY_RULE)
    this.#rule = rule && new CountedRule(rule)
  }

  /**
   * Lets operations go that are held, in the order in which they came: `count` of them, or all.
   * @throws {TypeError} or {RangeError} for what is no count.
   */
  release(count: number = this.#held.size): void {
    checkArgument('release: count', count, COUNT)
    for (const held of [...this.#held].slice(0, count)) {
      held.cancel()
      this.#letGo(held)
    }
  }

  submit(request: StoreRequest): boolean {
    if (this.#underWay.isClosing) {
      request.fault = StoreFault.gone
      request.cause = undefined
      return true
    }
    // A request that makes no sense throws here and now, held or not.
    rangeFault(request, this.sizeBytes)
    if (this.#rule?.isFor(request, this.#random)) {
      this.#hold(request, this.#rule.rule)
      return false
    }
    return this.behind.submit(request)
  }

  override hurry(request: StoreRequest): void {
    const held = [...this.#held].find(each => each.request === request)
    // What is held until it is released is held for somebody to see what comes of that.
    if (held === undefined || !held.isTimed) {
      super.hurry(request)
      return
    }
    held.cancel()
    held.cancel = this.#timers.after(0, () => this.#letGo(held))
  }

  override close(): Promise<StoreFault | undefined> {
    const closed = this.#underWay.close(() => super.close())
    this.release()
    return closed
  }

  /** @internal See PassageOwner. */
  returned(passage: Passage, request: StoreRequest): void {
    this.#idle.push(passage)
    this.#underWay.ended(request)
  }

  #hold(request: StoreRequest, { delayMs }: DelayRule): void {
    const held: Held = { request, isTimed: delayMs !== undefined, cancel: () => {} }
    this.#underWay.begin()
    this.#held.add(held)
    if (delayMs !== undefined) held.cancel = this.#timers.after(delayMs, () => this.#letGo(held))
  }

  #letGo(held: Held): void {
    this.#held.delete(held)
    const passage = this.#idle.pop() ?? new Passage(this)
    passage.pass(held.request, this.behind)
  }
}
