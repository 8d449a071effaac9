/** How long a window of time is, at whose end it is told what was left out. */
const WINDOW_MS = 10_000
/** Causes of one kind that a host is told by. */
const CAUSES_OF_HOST = 8
/** Causes that are known at a time. */
const CAUSES = 256

/** Calls back once, after this time. */
export type After = (delayMs: number, passed: () => void) => void

const afterOnClock: After = (delayMs, passed) => {
  setTimeout(passed, delayMs).unref()
}

/** Why there is a line. */
export interface LineCause {
  /** Of the line; of kinds there are few. */
  readonly kind: string
  /** Who has brought it about: an address. */
  readonly host: string
  /** What was wrong, in words. Who brings lines about may choose them. */
  readonly what: string
  /** So many lines are written before they are counted; 1 when left out. */
  readonly lines?: number
  /** So many are written in each window anew. */
  readonly renewed?: boolean
}

/** Lines that were not written, of one cause; without `what` of several of a host, without `host` of several hosts. */
export interface LinesLeftOut {
  readonly kind: string
  readonly host?: string
  readonly what?: string
  readonly lines: number
}

interface KnownCause {
  readonly left: Omit<LinesLeftOut, 'lines'>
  written: number
  leftOut: number
  /** It has come since the window began. */
  isFresh: boolean
  isRenewed: boolean
}

/** Of an address the part that names a host: who comes again comes from another port. */
export const hostOf = (remote: string): string => remote.replace(/:\d+$/, '')

/** As one text; none of them has such a character. */
const keyOf = (...parts: readonly string[]): string => parts.join('\0')

/**
 * Bounds what peers can make the log grow by: the first line of a cause is written, and of the others only their number, once a window and for
 * as long as they go on. No cause hides another one: a host that has many is told by the first of them and together, and what comes
 * when as many are known as may be is counted by its kind.
 */
export class LogBudget {
  readonly #summarize: (left: LinesLeftOut) => void
  readonly #after: After
  readonly #causes = new Map<string, KnownCause>()
  /** Causes that are known of each host and kind. */
  readonly #ofHosts = new Map<string, number>()

  /** `summarize` hears at the end of a window how many lines of each cause were left out. */
  constructor(summarize: (left: LinesLeftOut) => void, after: After = afterOnClock) {
    this.#summarize = summarize
    this.#after = after
  }

  /** Whether a line of this cause may be written. */
  allows({ kind, host, what, lines = 1, renewed = false }: LineCause): boolean {
    const known = this.#known({ kind, host, what })
    known.isFresh = true
    known.isRenewed = renewed
    if (known.written < lines && known.left.what !== undefined) {
      known.written++
      return true
    }
    known.leftOut++
    return false
  }

  #known({ kind, host, what }: Pick<LineCause, 'kind' | 'host' | 'what'>): KnownCause {
    const found = this.#causes.get(keyOf(kind, host, what))
    if (found !== undefined) return found
    const ofHost = keyOf(kind, host)
    if (this.#causes.size >= CAUSES) return this.#together(keyOf(kind), { kind })
    if ((this.#ofHosts.get(ofHost) ?? 0) >= CAUSES_OF_HOST) return this.#together(ofHost, { kind, host })
    this.#countOf(ofHost)
    return this.#together(keyOf(kind, host, what), { kind, host, what })
  }

  #together(key: string, left: KnownCause['left']): KnownCause {
    const found = this.#causes.get(key)
    if (found !== undefined) return found
    if (this.#causes.size === 0) this.#after(WINDOW_MS, () => this.#endWindow())
    const known = { left, written: 0, leftOut: 0, isFresh: true, isRenewed: false }
    this.#causes.set(key, known)
    return known
  }

  #countOf(ofHost: string): void {
    this.#ofHosts.set(ofHost, (this.#ofHosts.get(ofHost) ?? 0) + 1)
  }

  /** What has not come since it began is forgotten; all else goes on. */
  #endWindow(): void {
    this.#ofHosts.clear()
    for (const [key, known] of this.#causes) {
      const { left, leftOut, isFresh } = known
      if (leftOut > 0) this.#summarize({ ...left, lines: leftOut })
      known.leftOut = 0
      known.isFresh = false
      if (known.isRenewed) known.written = 0
      if (!isFresh || left.host === undefined || left.what === undefined) this.#causes.delete(key)
      else this.#countOf(keyOf(left.kind, left.host))
    }
    if (this.#causes.size > 0) this.#after(WINDOW_MS, () => this.#endWindow())
  }
}
