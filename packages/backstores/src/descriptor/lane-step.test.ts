import { expect, it } from 'vitest'
import { StoreOperation } from '../store/store-operation.ts'
import { openScripted } from '../testing/scripted-store.ts'
import { LaneStep } from './lane-step.ts'

const MIB = 2 ** 20

it('a step is shorter where steps take long, longer where they take next to nothing, and neither without end', () => {
  const step = new LaneStep()
  const next = (): number => step.of(0, 2 ** 40) / MIB
  const after = (elapsedMs: number, times: number): number => {
    for (let left = times; left > 0; left--) step.note(elapsedMs, next() * MIB)
    return next()
  }
  expect([next(), after(10, 3), after(21, 1), after(500, 9)]).toEqual([16, 16, 8, 1])
  expect([after(4, 1), after(0, 9)]).toEqual([2, 64])
})

it('a step that was not a whole one makes the next no longer', () => {
  const step = new LaneStep()
  step.note(0, MIB)
  expect(step.of(0, 2 ** 40)).toBe(16 * MIB)
})

it('a step ends with the range, or at a multiple of its length', () => {
  const step = new LaneStep()
  expect([step.of(5 * MIB, 2 ** 40), step.of(512, 4096), step.of(31 * MIB, 2 * MIB)]).toEqual([11 * MIB, 4096, MIB])
})

it('a read that comes during a long zeroing waits for one step of it, not for all', async () => {
  await using scripted = await openScripted({ sizeBytes: 512 * MIB, inPlace: false })
  const { driver, lanes, script } = scripted
  lanes.automatic = false
  const zeroed = driver.perform({ operation: StoreOperation.zero, lengthBytes: 512 * MIB })
  const read = driver.read(0, 4096)
  lanes.serve(2)
  await read
  expect(script.made.map(([call, , offset, lengthBytes]) => [call, offset, lengthBytes]).slice(0, 1)).toEqual([
    ['zero', 0, 16 * MIB],
  ])
  expect(scripted.calls).toEqual(['zero', 'read'])
  await lanes.serveAll()
  expect(await zeroed).toBeUndefined()
  const steps = script.made.flatMap(([call, , , lengthBytes = 0]) => (call === 'zero' ? [lengthBytes] : []))
  expect(steps.reduce((sum, bytes) => sum + bytes)).toBe(512 * MIB)
  expect(Math.max(...steps)).toBeLessThanOrEqual(64 * MIB)
})
