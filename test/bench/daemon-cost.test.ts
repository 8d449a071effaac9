import { expect, it } from 'vitest'
import { daemonCost } from './daemon-cost.ts'

it('measures the start of lunkitd, and what it costs while nothing happens', async () => {
  const { startMs, idle } = await daemonCost({ starts: 2, idleSeconds: 1 })
  expect(startMs).toHaveLength(2)
  for (const each of startMs) expect(each).toBeGreaterThan(10)
  expect(idle.seconds).toBe(1)
  expect(idle.cpuMs).toBeGreaterThanOrEqual(0)
  expect(idle.cpuMs).toBeLessThan(1000)
  expect(idle.residentBytes).toBeGreaterThan(10e6)
})
