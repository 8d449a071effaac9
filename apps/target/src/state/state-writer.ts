import type { StateBacking } from './state-backing.ts'

/** What has a draft of what is to be written. */
export interface Drafted {
  /** What was drafted has been written. */
  commit(): void
  /** What was drafted has not been written. */
  discard(): void
}

/** A change that waits to be written. */
export interface WaitingChange {
  /** Drafts the change; answers whether there is anything to write. */
  draft(): boolean
  /** It is on stable storage. */
  done(): void
  /** It is not, and nothing of it was made. */
  failed(error: unknown): void
}

/** Writes changes, one write at a time: all that come while one is under way go into the next one together. */
export class StateWriter {
  readonly #backing: StateBacking
  /** The text of the state with what is drafted. */
  readonly #format: () => string
  readonly #parts: Drafted[] = []
  #waiting: WaitingChange[] = []
  #running: Promise<void> | undefined
  #isClosed = false

  constructor(backing: StateBacking, format: () => string) {
    this.#backing = backing
    this.#format = format
  }

  /** Takes the drafts of a part of the state with it from now on. */
  join(part: Drafted): void {
    this.#parts.push(part)
  }

  /**
   * Has a change written. It is drafted when its write begins, and may be drafted anew: when it has changed nothing, and a write
   * that it had nothing to do with failed.
   */
  add(change: WaitingChange): void {
    if (this.#isClosed) return change.failed(new Error('the state has been closed'))
    this.#waiting.push(change)
    this.#running ??= this.#run()
  }

  /**
   * Writes the state as it is, whether anything has changed or not.
   * @throws the error of the write.
   */
  flush(): Promise<void> {
    return new Promise((resolve, reject) => this.add({ draft: () => true, done: resolve, failed: reject }))
  }

  /**
   * Takes no more changes, and resolves when none is left. A write that failed and may have left its text there is tried to be taken
   * back once more.
   */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
    if (this.#backing.isUncertain) await this.#takeBack()
  }

  async #run(): Promise<void> {
    // What is asked for in one turn is written together.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#writeAll(this.#waiting.splice(0))
    this.#running = undefined
  }

  async #writeAll(changes: readonly WaitingChange[]): Promise<void> {
    const writing: WaitingChange[] = []
    const idle: WaitingChange[] = []
    for (const change of changes) (change.draft() ? writing : idle).push(change)
    try {
      // What a change saw and left as it is must be on stable storage too when it is told so.
      if (writing.length > 0 || this.#backing.isUncertain) await this.#backing.write(this.#format)
    } catch (error) {
      for (const part of this.#parts) part.discard()
      if (this.#backing.isUncertain) await this.#takeBack()
      for (const change of writing.length > 0 ? writing : idle) change.failed(error)
      if (writing.length > 0) this.#waiting.unshift(...idle)
      return
    }
    for (const part of this.#parts) part.commit()
    for (const change of changes) change.done()
  }

  /** Puts the state as it is in place of what a write that failed has left. Where that fails too, the next write does it. */
  async #takeBack(): Promise<void> {
    await this.#backing.write(this.#format).catch(() => {})
  }
}
