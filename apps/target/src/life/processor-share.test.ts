import { expect, it } from 'vitest'
import { processorShare, threadNumber } from './processor-share.ts'

it('what a thread has had of the processors is known of each of this process, and of no other', () => {
  expect(processorShare(threadNumber()).ranMs).toBeGreaterThan(0)
  expect(processorShare(0)).toEqual({ ranMs: 0, waitedMs: 0 })
})
