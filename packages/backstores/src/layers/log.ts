import { callback, checkArgument, checkOptions, type OptionDomains, oneOf, required } from '@lunkit/wire'
import type { Store } from '../store/store.ts'
import type { StoreFault } from '../store/store-fault.ts'
import type { StoreOperation } from '../store/store-operation.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { systemTimers, TIMERS, type Timers } from '../timers.ts'
import { Layer } from './layer.ts'
import { Passage, type PassageOwner } from './passage.ts'

/** An operation that has ended. */
export interface EndedOperation {
  readonly operation: StoreOperation
  /** First byte of its range; 0 of a flush. */
  readonly offset: number
  /** Bytes of its range; 0 of a flush. */
  readonly lengthBytes: number
  /** The block of the medium, in bytes, where the store says one. */
  readonly blockBytes: number | undefined
  /** For whom it was done (`StoreRequest.source`). */
  readonly source: string | undefined
  /** What went wrong; undefined: nothing. */
  readonly fault: StoreFault | undefined
  /** From when it came to when it ended, in ms with fractions; what layers behind have held it back for is in it. */
  readonly durationMs: number
}

/** Which operations are told, and to whom. */
export interface LogRule {
  /** Those that end in a fault, or all. */
  readonly outcomes: 'errors' | 'all'
  /** Hears of each when it has ended. It may not throw. */
  readonly tell: (ended: EndedOperation) => void
}

/** What each of them may be. */
export const LOG_RULE: OptionDomains = { outcomes: required(oneOf(['errors', 'all'])), tell: required(callback) }

/** A layer that tells somebody of the operations that pass. Without a rule it hands them on as they are. */
export class LogLayer extends Layer implements PassageOwner {
  readonly #timers: Timers
  readonly #idle: Passage[] = []
  readonly #passing = new Map<StoreRequest, Passage>()
  #rule: LogRule | undefined

  /** @throws {TypeError} for what is no store, or no timers. */
  constructor(behind: Store, timers: Timers = systemTimers) {
    super(behind)
    checkArgument('LogLayer: timers', timers, TIMERS)
    this.#timers = timers
  }

  /**
   * Tells from now on what ends; undefined: nothing any more.
   * @throws {TypeError} or {RangeError} for a rule that cannot be.
   */
  log(rule: LogRule | undefined): void {
    if (rule !== undefined) checkOptions('log: rule', rule, LOG_RULE)
    this.#rule = rule
  }

  submit(request: StoreRequest): boolean {
    if (this.#rule === undefined) return this.behind.submit(request)
    const passage = this.#idle.pop() ?? new Passage(this)
    if (passage.begin(request, this.behind, this.#timers.now())) {
      this.#idle.push(passage)
      this.#tell(passage, request)
      return true
    }
    this.#passing.set(request, passage)
    return false
  }

  override hurry(request: StoreRequest): void {
    const passage = this.#passing.get(request)
    if (passage === undefined) super.hurry(request)
    else passage.hurry(this.behind)
  }

  /** @internal See PassageOwner. */
  returned(passage: Passage, request: StoreRequest): void {
    this.#passing.delete(request)
    this.#idle.push(passage)
    this.#tell(passage, request)
    request.owner.completed(request)
  }

  #tell({ begunMs }: Passage, { operation, offset, lengthBytes, source, fault }: StoreRequest): void {
    const rule = this.#rule
    if (rule === undefined || (fault === undefined && rule.outcomes === 'errors')) return
    const range = operation === 'flush' ? { offset: 0, lengthBytes: 0 } : { offset, lengthBytes }
    const blockBytes = this.geometry?.blockBytes
    rule.tell({ operation, ...range, blockBytes, source, fault, durationMs: this.#timers.now() - begunMs })
  }
}
