import { checkArgument, checkOptions } from '@lunkit/wire'
import { rangeFault } from '../range.ts'
import type { Store } from '../store/store.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { systemTimers, TIMERS, type Timers } from '../timers.ts'
import { UnderWay } from '../under-way.ts'
import { FairQueue, Source } from './fair-queue.ts'
import { Layer } from './layer.ts'
import { Account, bytesOf, DEFAULT_BURST_MS, isLimited, LIMIT_RULE, type LimitRule } from './limit-rule.ts'
import { Passage, type PassageOwner } from './passage.ts'

/** With so many sources those are forgotten that have nothing to do. */
const IDLE_SOURCES = 64

/** What a limit has made wait. */
export interface LimitCounts {
  /** Operations that wait now. */
  readonly waiting: number
  /** Operations that had to wait. */
  readonly delayed: number
  /** How long all of them waited together, in ms. */
  readonly waitedMs: number
}

/**
 * A layer that lets no more operations, or bytes, a second through than its rule says, and divides them evenly among the sources that have
 * something to do (`StoreRequest.source`). What has to wait still runs to its end; it goes on at once when it is hurried, or the layer closed.
 */
export class LimitLayer extends Layer implements PassageOwner {
  readonly #timers: Timers
  readonly #queue = new FairQueue()
  readonly #account = new Account()
  readonly #sources = new Map<string | undefined, Source>()
  readonly #idle: Passage[] = []
  readonly #underWay = new UnderWay()
  readonly #since = new Map<StoreRequest, number>()
  #rule: LimitRule | undefined
  #cancel: (() => void) | undefined
  #dueMs = 0
  #delayed = 0
  #waitedMs = 0

  /** @throws {TypeError} for what is no store, or no timers. */
  constructor(behind: Store, timers: Timers = systemTimers) {
    super(behind)
    checkArgument('LimitLayer: timers', timers, TIMERS)
    this.#timers = timers
  }

  get counts(): LimitCounts {
    return { waiting: this.#queue.size, delayed: this.#delayed, waitedMs: this.#waitedMs }
  }

  /**
   * Limits what is done from now on, what waits already too; undefined: no more.
   * @throws {TypeError} or {RangeError} for a rule that cannot be.
   */
  limit(rule: LimitRule | undefined): void {
    if (rule !== undefined) checkOptions('limit: rule', rule, LIMIT_RULE)
    this.#rule = rule
    const nowMs = this.#timers.now()
    this.#account.change(rule ?? {}, rule?.burstMs ?? DEFAULT_BURST_MS, nowMs)
    for (const source of this.#sources.values()) this.#allow(source, nowMs)
    this.#goOn()
  }

  submit(request: StoreRequest): boolean {
    if (this.#underWay.isClosing) {
      request.fault = StoreFault.gone
      request.cause = undefined
      return true
    }
    if (this.#rule === undefined || !isLimited(request)) return this.behind.submit(request)
    // What is refused for its range is not limited, and what makes no sense throws here and now.
    if (rangeFault(request, this.sizeBytes) !== undefined) return this.behind.submit(request)
    const nowMs = this.#timers.now()
    const source = this.#sourceOf(request, nowMs)
    if (this.#mayPass(source, nowMs)) {
      this.#use(source, request)
      return this.behind.submit(request)
    }
    this.#wait(source, request, nowMs)
    return false
  }

  override hurry(request: StoreRequest): void {
    const source = this.#sources.get(request.source)
    if (source === undefined || !this.#queue.remove(source, request)) {
      super.hurry(request)
      return
    }
    // It is paid for all the same: who gives up and asks again gets no more than others.
    this.#use(source, request)
    this.#timers.after(0, () => this.#letGo(request))
  }

  override close(): Promise<StoreFault | undefined> {
    const closed = this.#underWay.close(() => super.close())
    this.#stopWaiting()
    for (const source of [...this.#queue.sources])
      for (const request of [...source.waiting]) {
        this.#queue.remove(source, request)
        this.#letGo(request)
      }
    return closed
  }

  /** @internal See PassageOwner. */
  returned(passage: Passage, request: StoreRequest): void {
    this.#idle.push(passage)
    this.#underWay.ended(request)
  }

  #sourceOf({ source: name }: StoreRequest, nowMs: number): Source {
    const known = this.#sources.get(name)
    if (known) return known
    if (this.#sources.size >= IDLE_SOURCES) this.#forget(nowMs)
    const source = new Source(name)
    this.#sources.set(name, source)
    this.#allow(source, nowMs)
    return source
  }

  /** Who owes nothing loses nothing by it but what was saved up. */
  #forget(nowMs: number): void {
    for (const { name, waiting, account } of this.#sources.values())
      if (waiting.length === 0 && account.waitMs(nowMs) === 0) this.#sources.delete(name)
  }

  #allow(source: Source, nowMs: number): void {
    source.account.change(this.#rule?.perSource ?? {}, this.#rule?.burstMs ?? DEFAULT_BURST_MS, nowMs)
  }

  #waitMs(source: Source, nowMs: number): number {
    return Math.max(this.#account.waitMs(nowMs), source.account.waitMs(nowMs))
  }

  /** Whether what a source asks may go on at once: nobody waits whose turn it could be. */
  #mayPass(source: Source, nowMs: number): boolean {
    if (source.waiting.length > 0 || this.#waitMs(source, nowMs) > 0) return false
    return this.#queue.sources.every(({ account }) => account.waitMs(nowMs) > 0)
  }

  #use(source: Source, request: StoreRequest): void {
    this.#account.use(request)
    source.account.use(request)
  }

  #wait(source: Source, request: StoreRequest, nowMs: number): void {
    this.#underWay.begin()
    this.#delayed++
    this.#since.set(request, nowMs)
    this.#queue.put(source, request)
    this.#goOnLater(nowMs)
  }

  /** Lets go what may go by now, and comes back when the next may. */
  #goOn(): void {
    this.#stopWaiting()
    const nowMs = this.#timers.now()
    const may = (source: Source) => source.account.waitMs(nowMs) === 0
    const costOf = (request: StoreRequest) => this.#costOf(bytesOf(request))
    while (this.#queue.size > 0 && this.#account.waitMs(nowMs) === 0) {
      const next = this.#queue.next(may, costOf)
      if (next === undefined) break
      this.#use(next.source, next.request)
      this.#letGo(next.request)
    }
    if (this.#queue.size > 0) this.#goOnLater(nowMs)
  }

  #goOnLater(nowMs: number): void {
    const waitMs = Math.min(...this.#queue.sources.map(source => this.#waitMs(source, nowMs)))
    const dueMs = nowMs + Math.max(1, Math.ceil(waitMs))
    if (this.#cancel !== undefined && this.#dueMs <= dueMs) return
    this.#stopWaiting()
    this.#dueMs = dueMs
    this.#cancel = this.#timers.after(dueMs - nowMs, () => this.#goOn())
  }

  #stopWaiting(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** How much of the unit's time an operation takes by the rule, in ms: of what is limited, that of which it takes more. */
  #costOf(bytes: number): number {
    const { operations = Number.POSITIVE_INFINITY, bytes: rate = Number.POSITIVE_INFINITY } = this.#rule ?? {}
    return Math.max(1000 / operations, (bytes * 1000) / rate)
  }

  #letGo(request: StoreRequest): void {
    request.heldMs = this.#timers.now() - (this.#since.get(request) ?? 0)
    this.#since.delete(request)
    this.#waitedMs += request.heldMs
    const passage = this.#idle.pop() ?? new Passage(this)
    passage.pass(request, this.behind)
  }
}
