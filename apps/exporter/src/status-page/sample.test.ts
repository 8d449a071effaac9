import { expect, it } from 'vitest'
import { DaemonReader, initiatorKey } from './reading.ts'
import { loadsBetween, type TimedReading } from './sample.ts'
import { FakeClient } from './testing/fake-client.ts'
import { type CountedCommands, counters, HOST, TARGET, TOLD } from './testing/told.ts'

async function readingOf(
  units: Readonly<Record<string, CountedCommands>>,
  atMs: number,
  started = 1,
): Promise<TimedReading> {
  const client = new FakeClient()
  client.told = { ...TOLD, counters: counters(units), inventory: { ...TOLD.inventory, started } }
  return { atMs, reading: await new DaemonReader(client).read() }
}

const BEFORE = { reads: 100, writes: 50, bytes: 1000, sumSeconds: 1, within: [150, 150] } as const
const NOW = { reads: 300, writes: 250, bytes: 9000, sumSeconds: 1.8, within: [540, 550], tasks: 7 } as const

it('a load is what was done between two readings, of a second', async () => {
  const loads = loadsBetween(await readingOf({ a: BEFORE }, 0), await readingOf({ a: NOW }, 2000))
  expect(loads?.seconds).toBe(2)
  expect(loads?.units.get('a')).toMatchObject({
    ...{ reads: 100, writes: 100, others: 0, readBytes: 4000, writtenBytes: 0, tasks: 7 },
    meanSeconds: expect.closeTo(0.002),
  })
  expect(loads?.all).toEqual(loads?.units.get('a'))
  expect(loads?.initiators.get(initiatorKey({ target: TARGET, initiator: HOST }))).toEqual(loads?.all)
})

it('99 of 100 took no longer than what their bucket says, evenly spread', async () => {
  // Of 400 commands 390 took 1 ms at the most, and 10 up to 10 ms: the 396th is six tenths on the way.
  const loads = loadsBetween(await readingOf({ a: BEFORE }, 0), await readingOf({ a: NOW }, 2000))
  expect(loads?.all.p99Seconds).toBeCloseTo(0.001 + 0.6 * 0.009)
})

it('commands that took longer than the last bound took at least as long as that', async () => {
  const slow = { ...NOW, within: [150, 150] } as const
  const loads = loadsBetween(await readingOf({ a: BEFORE }, 0), await readingOf({ a: slow }, 2000))
  expect(loads?.all.p99Seconds).toBe(0.01)
})

it('where no command has ended, how long one takes is not known', async () => {
  const loads = loadsBetween(await readingOf({ a: NOW }, 0), await readingOf({ a: NOW }, 2000))
  expect(loads?.all).toMatchObject({ reads: 0, meanSeconds: undefined, p99Seconds: undefined })
})

it('a LUN of the same name that has counted less is another one, and one that has gone is no load', async () => {
  const few = { reads: 4, within: [4, 4] } as const
  const loads = loadsBetween(await readingOf({ a: NOW, b: NOW }, 0), await readingOf({ a: few }, 1000))
  expect(loads?.all).toMatchObject({ reads: 4, writes: 0 })
  expect([...(loads?.units.keys() ?? [])]).toEqual(['a'])
})

it('readings of two processes, or one alone, say nothing of a load', async () => {
  const now = await readingOf({ a: NOW }, 2000, 2)
  expect(loadsBetween(await readingOf({ a: BEFORE }, 0, 1), now)).toBeUndefined()
  expect(loadsBetween(undefined, now)).toBeUndefined()
})
