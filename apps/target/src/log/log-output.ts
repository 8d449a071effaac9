import { writeSync } from 'node:fs'

/** How long a line waits for a reader who is behind, and how often it is tried again. */
const PATIENCE_MS = 1000
const TRY_EVERY_MS = 5

/** How bytes are written, and time passes: tests bring their own. */
export interface LogOutputOptions {
  /** Writes to a descriptor and answers how many bytes went. */
  readonly write?: (bytes: Uint8Array) => number
  /** Waits, and lets nothing else happen. */
  readonly pause?: (delayMs: number) => void
}

/**
 * Where log lines go: a descriptor, written before the call returns, so that the last line before an end is there. A
 * line that cannot be written (nobody reads it any more, the terminal is gone, the disk is full) is lost, and counted; the
 * daemon goes on.
 */
export class LogOutput {
  readonly #write: (bytes: Uint8Array) => number
  readonly #pause: (delayMs: number) => void
  #lost = 0
  /** Whether the last line had to be given up because its reader was behind: the next one does not wait for it again. */
  #isBehind = false

  constructor(fd: number, options: LogOutputOptions = {}) {
    const { write = bytes => writeSync(fd, bytes), pause = pauseThread } = options
    this.#write = write
    this.#pause = pause
  }

  /** How many lines could not be written since this was last asked. */
  takeLost(): number {
    const lost = this.#lost
    this.#lost = 0
    return lost
  }

  /** Writes a line, which has its line feed; whether it could be. */
  write(line: string): boolean {
    let left: Uint8Array = Buffer.from(line)
    let patienceMs = this.#isBehind ? 0 : PATIENCE_MS
    while (left.length > 0) {
      try {
        left = left.subarray(this.#write(left))
      } catch (error) {
        this.#isBehind = (error as NodeJS.ErrnoException).code === 'EAGAIN'
        if (!this.#isBehind || patienceMs <= 0) {
          this.#lost++
          return false
        }
        patienceMs -= TRY_EVERY_MS
        this.#pause(TRY_EVERY_MS)
      }
    }
    this.#isBehind = false
    return true
  }
}

function pauseThread(delayMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs)
}
