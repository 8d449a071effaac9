import { callback, checkArgument } from '@lunkit/wire'

const done = Promise.resolve()
/** Those of this thread that are due, the first so many; what lies behind them is of earlier times. */
const waiting: Settlement[] = []
let count = 0

/**
 * Brings to rows what was counted beside them, once for many times: before the event loop has its turn again, and before anybody on
 * this thread reads a block or gives a row back. Another thread sees it that much later.
 */
export class Settlement {
  readonly #settle: () => void
  #isDue = false

  /**
   * `settle` adds to rows what they do not have yet.
   * @throws {TypeError} for what is no function.
   */
  constructor(settle: () => void) {
    checkArgument('Settlement: settle', settle, callback)
    this.#settle = settle
  }

  /** There is something that the rows do not have. */
  due(): void {
    if (!this.#isDue) this.#wait()
  }

  #wait(): void {
    this.#isDue = true
    if (count === 0) void done.then(settle)
    waiting[count++] = this
  }

  /** @internal */
  run(): void {
    this.#isDue = false
    this.#settle()
  }
}

/** Has all rows of this thread say what was counted until now. */
export function settle(): void {
  for (let at = 0; at < count; at++) (waiting[at] as Settlement).run()
  count = 0
}
