/** How many lines of one kind are written in a window of time, and how long that is. */
const LINES = 50
const WINDOW_MS = 10_000

/** Calls back once, after this time. */
export type After = (delayMs: number, passed: () => void) => void

const afterOnClock: After = (delayMs, passed) => {
  setTimeout(passed, delayMs).unref()
}

/** Bounds what peers can make the log grow by: after so many lines of a kind only their number is written. */
export class LogBudget {
  readonly #summarize: (kind: string, lines: number) => void
  readonly #after: After
  readonly #lines = new Map<string, number>()

  /** `summarize` hears at the end of a window how many lines of a kind were left out. */
  constructor(summarize: (kind: string, lines: number) => void, after: After = afterOnClock) {
    this.#summarize = summarize
    this.#after = after
  }

  /** Whether a line of this kind may be written. */
  allows(kind: string): boolean {
    if (this.#lines.size === 0) this.#after(WINDOW_MS, () => this.#endWindow())
    const lines = (this.#lines.get(kind) ?? 0) + 1
    this.#lines.set(kind, lines)
    return lines <= LINES
  }

  #endWindow(): void {
    const ended = [...this.#lines]
    this.#lines.clear()
    for (const [kind, lines] of ended) if (lines > LINES) this.#summarize(kind, lines - LINES)
  }
}
