import { arrayOf, checkArgument, checkOptions, type OptionDomains, oneOf, wholeNumber } from '@lunkit/wire'
import { rangeFault } from '../range.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { systemTimers, TIMER_MS, TIMERS, type Timers } from '../timers.ts'
import { UnderWay } from '../under-way.ts'
import { Layer } from './layer.ts'
import { Passage, type PassageOwner } from './passage.ts'

/** What is held back, and for how long. What is left out does not narrow the rule. */
export interface DelayRule {
  readonly operations?: readonly StoreOperation[]
  /** How long each operation is held; until `release` is called when left out. */
  readonly delayMs?: number
}

const COUNT = wholeNumber()
const RULE: OptionDomains = { operations: arrayOf(oneOf(Object.values(StoreOperation))), delayMs: TIMER_MS }

interface Held {
  readonly request: StoreRequest
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
  #rule: DelayRule | undefined

  /** @throws {TypeError} for what is no store, or no timers. */
  constructor(behind: Store, timers: Timers = systemTimers) {
    super(behind)
    checkArgument('DelayLayer: timers', timers, TIMERS)
    this.#timers = timers
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
    if (rule !== undefined) checkOptions('hold: rule', rule, RULE)
    this.#rule = rule
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
    const rule = this.#rule
    if (rule && (!rule.operations || rule.operations.includes(request.operation))) {
      this.#hold(request, rule)
      return false
    }
    return this.behind.submit(request)
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
    const held: Held = { request, cancel: () => {} }
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
