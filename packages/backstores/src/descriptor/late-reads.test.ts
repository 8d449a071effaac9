import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { StoreRequest } from '../store/store-request.ts'
import { ManualTimers } from '../testing/manual-timers.ts'
import { MISSED } from './in-place.ts'
import { LateReads } from './late-reads.ts'

const KiB = 1024

/** Late reads of a file whose answers the test sets, and what became of them. */
function setUp() {
  const timers = new ManualTimers()
  const ended: number[] = []
  const file = { answer: MISSED, attempts: 0 }
  const reads = new LateReads(
    {
      readAgain: () => {
        file.attempts++
        return file.answer
      },
      lateReadEnded: (_request, doneBytes) => ended.push(doneBytes),
    },
    timers,
  )
  const request = (lengthBytes = 4 * KiB) => Object.assign(new StoreRequest({ completed: () => {} }), { lengthBytes })
  return { reads, timers, file, ended, request }
}

describe('reads that were not in the page cache', () => {
  it('are tried again in each turn of the event loop until they have come', async () => {
    const { reads, file, ended, request } = setUp()
    expect(reads.wait(request())).toBe(true)
    expect(file.attempts).toBe(0)
    await nextTurn()
    await nextTurn()
    expect([file.attempts >= 1, ended]).toEqual([true, []])
    file.answer = 4 * KiB
    await nextTurn()
    await nextTurn()
    expect(ended).toEqual([4 * KiB])
    const { attempts } = file
    await nextTurn()
    await nextTurn()
    expect(file.attempts).toBe(attempts)
  })

  it('are given up after a fifth of a millisecond', async () => {
    const { reads, timers, ended, request } = setUp()
    reads.wait(request())
    timers.advance(0.2)
    await nextTurn()
    await nextTurn()
    expect(ended).toEqual([])
    timers.advance(0.01)
    await nextTurn()
    await nextTurn()
    expect(ended).toEqual([MISSED])
  })

  it('are not waited for, for a second, after four that did not come', async () => {
    const { reads, timers, ended, request } = setUp()
    for (let read = 0; read < 4; read++) {
      expect(reads.wait(request())).toBe(true)
      timers.advance(0.21)
      await nextTurn()
      await nextTurn()
    }
    expect(ended).toHaveLength(4)
    expect(reads.wait(request())).toBe(false)
    timers.advance(1000)
    expect(reads.wait(request())).toBe(true)
  })

  it('are few at a time, and short', () => {
    const { reads, request } = setUp()
    expect(reads.wait(request(16 * KiB + 512))).toBe(false)
    expect(Array.from({ length: 10 }, () => reads.wait(request(16 * KiB)))).toEqual([
      ...Array.from({ length: 8 }, () => true),
      false,
      false,
    ])
  })
})
