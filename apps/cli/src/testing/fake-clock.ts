import type { Clock } from '../clock.ts'

/** A clock that passes as fast as it is asked to pause; or, while it is held, when it is told to. */
export class FakeClock implements Clock {
  isHeld = false
  #nowMs = 0
  /** Pauses that are over before they have begun. */
  #over = 0
  #passed: (() => void) | undefined

  today(): Date {
    return new Date(Date.UTC(2026, 10, 29, 12) + this.#nowMs)
  }

  now(): number {
    return this.#nowMs
  }

  async pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    this.#nowMs += milliseconds
    if (!this.isHeld || signal.aborted || this.#over-- > 0) return
    this.#over = 0
    await new Promise<void>(resolve => {
      this.#passed = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    this.#passed = undefined
  }

  /** The pause that is under way is over, or the next that begins. */
  pass(): void {
    if (this.#passed === undefined) this.#over++
    else this.#passed()
  }
}
