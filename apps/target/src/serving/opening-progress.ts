/** How often it is told how far a change is. */
const EVERY_MS = 500

/** Is told how many disks of a change are open, and how many are to be. */
export type TellProgress = (opened: number, toOpen: number) => void

/** How far a change is that opens many disks; of one that is quick nothing is told. */
export class OpeningProgress {
  readonly #toOpen: number
  readonly #tell: TellProgress
  readonly #now: () => number
  #opened = 0
  readonly #startedMs: number
  #toldMs: number
  #openedMs: number

  /** `now` is a clock in milliseconds. */
  constructor(toOpen: number, tell: TellProgress, now: () => number = () => performance.now()) {
    this.#toOpen = toOpen
    this.#tell = tell
    this.#now = now
    this.#startedMs = now()
    this.#toldMs = this.#startedMs
    this.#openedMs = this.#startedMs
  }

  /** How long it took from the start to the last of them that is open. */
  get tookMs(): number {
    return this.#openedMs - this.#startedMs
  }

  /** One more is open, or could not be opened. */
  opened(): void {
    this.#opened++
    const nowMs = this.#now()
    this.#openedMs = nowMs
    if (nowMs - this.#toldMs < EVERY_MS) return
    this.#toldMs = nowMs
    this.#tell(this.#opened, this.#toOpen)
  }
}
