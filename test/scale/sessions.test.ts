import { expect, it } from 'vitest'
import { type Cost, costOfOne } from './cost/cost.ts'
import { sessionCosts } from './cost/sessions.ts'

const SESSIONS = 1000
const MOST_KIB = 60
const patience = { settleMs: 5000, idleMs: 1000 }
/**
 * V8 takes up to 64 MiB for what passes through while so many log in, and gives that back after two minutes, which `npm run scale` waits
 * for: here it may not take so much.
 */
const environment = { NODE_OPTIONS: '--max-semi-space-size=8' }

it(`${SESSIONS} idle sessions take less than ${MOST_KIB} KiB each, and a descriptor`, async () => {
  const measured: Cost[] = []
  for await (const cost of sessionCosts([1, SESSIONS], patience, environment)) measured.push(cost)
  const { bytes, files } = costOfOne(measured[0] as Cost, measured[1] as Cost)
  console.log(`of each of ${SESSIONS} sessions ${(bytes / 1024).toFixed(1)} KiB and ${files} descriptor`)
  expect(bytes).toBeLessThan(MOST_KIB * 1024)
  expect(files).toBe(1)
})
