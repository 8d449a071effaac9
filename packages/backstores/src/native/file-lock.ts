import type { BigIntStats } from 'node:fs'
import { errno } from './errno.ts'
import { type Libc, RecordLock } from './libc.ts'
import { seenLocks } from './seen-locks.ts'

/** Files that stores of this process have open, by device and inode: an exclusive holder, or a number of readers. */
const held = new Map<string, number>()
const EXCLUSIVE = -1

/** How an attempt to lock ended. */
export const LockOutcome = {
  locked: 'locked',
  heldHere: 'heldHere',
  heldElsewhere: 'heldElsewhere',
  /** The system cannot lock this file. */
  unsupported: 'unsupported',
} as const
export type LockOutcome = (typeof LockOutcome)[keyof typeof LockOutcome]

/**
 * The lock on a backing file: one writer, or any number of readers. Held in two places: an open file description lock,
 * which other processes see (and which goes with the description, not with the process), and a table of this process.
 */
export class FileLock {
  readonly #key: string
  readonly #stats: BigIntStats
  readonly #exclusive: boolean
  #held = false

  constructor(stats: BigIntStats, exclusive: boolean) {
    this.#stats = stats
    this.#key = `${stats.dev}:${stats.ino}`
    this.#exclusive = exclusive
  }

  /**
   * Takes the lock at once or not at all. Without `libc` it keeps only this process out, but sees the locks that others
   * hold.
   */
  take(fd: number, libc: Libc | undefined): LockOutcome {
    const count = held.get(this.#key) ?? 0
    if (count === EXCLUSIVE || (count > 0 && this.#exclusive)) return LockOutcome.heldHere
    const result = libc ? libc.lock(fd, this.#exclusive ? RecordLock.write : RecordLock.read) : this.#lookForOthers()
    if (result === -errno.EAGAIN || result === -errno.EACCES) return LockOutcome.heldElsewhere
    if (result < 0) return LockOutcome.unsupported
    held.set(this.#key, this.#exclusive ? EXCLUSIVE : count + 1)
    this.#held = true
    return LockOutcome.locked
  }

  #lookForOthers(): number {
    return seenLocks(this.#stats).some(kind => this.#exclusive || kind === 'WRITE') ? -errno.EAGAIN : 0
  }

  /** Leaves the table; the descriptor's own lock goes when it is closed. */
  release(): void {
    if (!this.#held) return
    this.#held = false
    const count = held.get(this.#key) ?? 0
    if (count > 1) held.set(this.#key, count - 1)
    else held.delete(this.#key)
  }
}
