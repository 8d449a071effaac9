import type { BigIntStats } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errno } from './errno.ts'
import { FileLock } from './file-lock.ts'
import { type Libc, RecordLock } from './libc.ts'

let inode = 0n
/** A file that nobody else has. */
const newFile = () => ({ dev: 4711n, ino: ++inode }) as BigIntStats

/** A C library whose locks end so, and what it was asked for. */
function locking(result: number) {
  const asked: [fd: number, kind: RecordLock][] = []
  const libc = { lock: (fd: number, kind: RecordLock) => (asked.push([fd, kind]), result) } as unknown as Libc
  return { libc, asked }
}

describe('the lock on a file', () => {
  it.each([
    [0, 'locked'],
    [-errno.EAGAIN, 'heldElsewhere'],
    [-errno.EACCES, 'heldElsewhere'],
    [-errno.ENOLCK, 'unsupported'],
    [-errno.EINVAL, 'unsupported'],
  ])('is %s, %s', (result, outcome) => {
    expect(new FileLock(newFile(), true).take(3, locking(result).libc)).toBe(outcome)
  })

  it('is one for writing or for reading, as it is asked for', () => {
    const { libc, asked } = locking(0)
    new FileLock(newFile(), true).take(3, libc)
    new FileLock(newFile(), false).take(4, libc)
    expect(asked).toEqual([
      [3, RecordLock.write],
      [4, RecordLock.read],
    ])
  })

  it('that could not be had keeps nobody out', () => {
    const file = newFile()
    for (const result of [-errno.EAGAIN, -errno.ENOLCK]) new FileLock(file, true).take(3, locking(result).libc)
    expect(new FileLock(file, true).take(3, locking(0).libc)).toBe('locked')
  })

  it('of a writer keeps every other store of the process out, without asking the system', () => {
    const file = newFile()
    const writer = new FileLock(file, true)
    writer.take(3, locking(0).libc)
    for (const exclusive of [true, false]) {
      const { libc, asked } = locking(0)
      expect([new FileLock(file, exclusive).take(4, libc), asked]).toEqual(['heldHere', []])
    }
    writer.release()
    expect(new FileLock(file, false).take(4, locking(0).libc)).toBe('locked')
  })

  it('of readers keeps a writer out until the last of them has let go, once each', () => {
    const file = newFile()
    const { libc } = locking(0)
    const readers = [new FileLock(file, false), new FileLock(file, false), new FileLock(file, false)]
    for (const reader of readers) expect(reader.take(3, libc)).toBe('locked')
    const canWrite = () => {
      const writer = new FileLock(file, true)
      const outcome = writer.take(3, libc)
      writer.release()
      return outcome
    }
    readers[0]?.release()
    readers[0]?.release()
    readers[0]?.release()
    expect(canWrite()).toBe('heldHere')
    readers[1]?.release()
    expect(canWrite()).toBe('heldHere')
    readers[2]?.release()
    expect([canWrite(), canWrite()]).toEqual(['locked', 'locked'])
  })

  it('that was never taken gives nothing back', () => {
    const file = newFile()
    const writer = new FileLock(file, true)
    writer.take(3, locking(0).libc)
    new FileLock(file, true).release()
    expect(new FileLock(file, true).take(3, locking(0).libc)).toBe('heldHere')
    writer.release()
  })

  it('is one of the inode and its device, both', () => {
    const { libc } = locking(0)
    const [dev, ino] = [1n, 7_000_001n]
    for (const stats of [
      { dev, ino },
      { dev: 2n, ino },
      { dev, ino: 7_000_002n },
    ])
      expect(new FileLock(stats as BigIntStats, true).take(3, libc)).toBe('locked')
  })
})
