import { expect, it } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

it('lets a burst through, and then one each interval', () => {
  let nowMs = 0
  const bucket = new TokenBucket({ intervalMs: 100, burst: 2 }, () => nowMs)
  expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false])
  nowMs = 99
  expect(bucket.take()).toBe(false)
  nowMs = 100
  expect([bucket.take(), bucket.take()]).toEqual([true, false])
  nowMs = 10_000
  expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false])
})
