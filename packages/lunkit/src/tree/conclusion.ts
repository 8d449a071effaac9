import type { Timers } from '@lunkit/target'
import type { FlushFailure } from '../disk.ts'

/** How long a change waits for what it has taken away: an operation that hangs must not keep others from being made. */
const CONCLUSION_MS = 10_000

/** What has become of a change. */
export interface Applied {
  /** Disks that were closed and could not be flushed: writes that were acknowledged may be lost. */
  readonly flushFailures: readonly FlushFailure[]
  /** What was taken away and is still waited for: sessions that do not end, disks whose operations do not return. */
  readonly waitingFor: readonly string[]
}

/** What a change has taken away, until nothing of it is left. */
export class Conclusion {
  readonly #waiting = new Map<Promise<unknown>, string>()

  /** Waits for it, under this name. */
  add(name: string, ends: Promise<unknown>): void {
    const gone = ends.finally(() => this.#waiting.delete(gone))
    this.#waiting.set(gone, name)
  }

  /** Resolves when nothing is waited for any more. */
  async all(): Promise<void> {
    await Promise.all(this.#waiting.keys())
  }

  /** Resolves when nothing is waited for any more, or after a while with what is. */
  async soon(timers: Timers): Promise<readonly string[]> {
    let cancel = (): void => {}
    const late = new Promise<void>(resolve => {
      cancel = timers.after(CONCLUSION_MS, resolve)
    })
    await Promise.race([this.all(), late])
    cancel()
    return [...this.#waiting.values()]
  }
}
