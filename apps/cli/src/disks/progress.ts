import { bytesText, clockText, rateText } from './quantity.ts'

/** How far something is, for whoever looks. */
export interface ProgressOptions {
  /** Undefined: nobody knows how far it goes. */
  readonly totalBytes: number | undefined
  /** Shows a text in place of the one before. */
  readonly show: ((text: string) => void) | undefined
  readonly nowMs: () => number
}

/** How often it is shown. */
const EVERY_MS = 200
const BAR = 24

function barText(part: number): string {
  const full = Math.floor(part * BAR)
  return `[${'='.repeat(full)}${' '.repeat(BAR - full)}] ${String(Math.floor(part * 100)).padStart(3)} %`
}

/** A bar with rate and time left, on a terminal. */
export class Progress {
  readonly #options: ProgressOptions
  readonly #startMs: number
  #shownMs: number
  /** Bytes that are done. */
  bytes = 0

  constructor(options: ProgressOptions) {
    this.#options = options
    this.#startMs = options.nowMs()
    this.#shownMs = this.#startMs
  }

  /** How long it has taken. */
  get seconds(): number {
    return Math.max((this.#options.nowMs() - this.#startMs) / 1000, 1e-6)
  }

  /** So many bytes more are done. */
  add(bytes: number): void {
    this.bytes += bytes
    const { show, nowMs } = this.#options
    if (show === undefined) return
    const now = nowMs()
    if (now - this.#shownMs < EVERY_MS) return
    this.#shownMs = now
    show(this.text)
  }

  /** What is shown. */
  get text(): string {
    const { totalBytes } = this.#options
    const rate = this.bytes / this.seconds
    const soFar = `${bytesText(this.bytes)}`
    if (totalBytes === undefined || totalBytes === 0) return `${soFar}, ${rateText(rate)}`
    const left = rate === 0 ? '' : `, ${clockText((totalBytes - this.bytes) / rate)} left`
    return `${barText(this.bytes / totalBytes)} ${soFar} of ${bytesText(totalBytes)}, ${rateText(rate)}${left}`
  }

  /** Takes away what is shown. */
  end(): void {
    this.#options.show?.('')
  }
}
