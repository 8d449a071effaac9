import { beforeEach, describe, expect, it } from 'vitest'
import type { Sample } from './sample.ts'
import { FakeClient } from './testing/fake-client.ts'
import { FakeClock } from './testing/fake-clock.ts'
import { counters, session, sessionInFull, TOLD } from './testing/told.ts'
import { Watch } from './watch.ts'

let client: FakeClient
let clock: FakeClock
let watch: Watch
beforeEach(() => {
  client = new FakeClient()
  clock = new FakeClock()
  watch = new Watch({ client, clock })
})

/** What is seen when somebody looks, and the time passes that this takes. */
async function look(): Promise<Sample> {
  const looking = watch.look()
  await clock.pass(400)
  return looking
}

it('who looks first has a load, of two readings', async () => {
  const { loads, away } = await look()
  expect([loads?.seconds, away, client.readings]).toEqual([0.4, undefined, 2])
})

it('who looks while somebody looks, or just has, sees the same', async () => {
  const [one, other] = await Promise.all([look(), look()])
  const third = await watch.look()
  expect([one === other, other === third, client.readings]).toEqual([true, true, 2])
})

it('who looks again has the load since the last time, unless that is too long ago', async () => {
  await look()
  await clock.pass(9600)
  expect([(await look()).loads?.seconds, client.readings]).toEqual([9.6, 3])
  await clock.pass(60_000)
  expect([(await look()).loads?.seconds, client.readings]).toEqual([0.4, 5])
})

it('all who watch are told what was read once', async () => {
  const seen: Sample[][] = [[], [], []]
  const stops = seen.map(list => watch.watch(sample => list.push(sample)))
  await look()
  await clock.pass(10_000)
  expect(seen.map(list => list.length)).toEqual([5, 5, 5])
  expect(client.readings).toBe(7)
  for (const stop of stops) stop()
})

it('lunkitd is asked nothing before somebody watches, and nothing after the last has gone', async () => {
  await clock.pass(60_000)
  expect(client.readings).toBe(0)
  const stops = [watch.watch(() => {}), watch.watch(() => {})]
  stops[0]?.()
  await clock.pass(10_000)
  const { readings } = client
  expect(readings).toBeGreaterThan(3)
  stops[1]?.()
  await clock.pass(60_000)
  expect(client.readings).toBe(readings)
})

it('where lunkitd takes long to answer again and again, it is asked less often', async () => {
  client.delay = () => new Promise<void>(resolve => clock.after(1000, resolve))
  await Promise.all([watch.look(), clock.pass(5000)])
  const { readings } = client
  const stop = watch.watch(() => {})
  await clock.pass(60_000)
  stop()
  expect(client.readings - readings).toBeLessThan(8)
})

it('where lunkitd takes long once, or does not answer at all, it is asked as often as before', async () => {
  const stop = watch.watch(() => {})
  await clock.pass(5000)
  client.delay = () => new Promise<void>(resolve => clock.after(1000, resolve))
  await clock.pass(2000)
  client.delay = async () => {}
  await clock.pass(3000)
  client.away = 'it says nothing'
  const { readings } = client
  await clock.pass(20_000)
  stop()
  expect(client.asked.filter(name => name === 'status').length - readings).toBeGreaterThan(8)
})

describe('a lunkitd that goes away', () => {
  it('is said to be away, and why, with what it said last', async () => {
    const { reading, readAt } = await look()
    client.away = 'no lunkitd answers at /run/x'
    await clock.pass(2000)
    const sample = await watch.look()
    expect(sample).toMatchObject({ away: 'no lunkitd answers at /run/x', loads: undefined })
    expect([sample.reading, sample.readAt]).toEqual([reading, readAt])
  })

  it('is found again, and what the new one has counted is no load', async () => {
    const seen: Sample[] = []
    const stop = watch.watch(sample => seen.push(sample))
    await clock.pass(4400)
    client.away = 'gone'
    await clock.pass(4000)
    client.away = undefined
    client.told = { ...TOLD, counters: counters({ 'fileio/a': { reads: 1000 } }) }
    await clock.pass(6400)
    stop()
    expect(seen.map(({ away }) => away ?? 'here')).toEqual(expect.arrayContaining(['here', 'gone']))
    expect(seen.at(-1)).toMatchObject({ away: undefined, loads: { all: { reads: 0 } } })
    expect(Math.max(...watch.history.map(({ load }) => load?.reads ?? 0))).toBe(0)
  })
})

describe('sessions', () => {
  it('are read in full only when they have changed', async () => {
    const one = session()
    const since = '2026-11-29T09:00:00.000Z'
    client.told = {
      ...TOLD,
      inventory: { ...TOLD.inventory, sessions: [one] },
      sessions: { sessions: [sessionInFull(one, since)] },
    }
    await look()
    await clock.pass(2000)
    const { reading } = await look()
    expect([...(reading?.since.values() ?? [])]).toEqual([since])
    expect(client.asked.filter(name => name === 'sessions')).toHaveLength(1)
  })

  it('are not read in full where they are many', async () => {
    const sessions = Array.from({ length: 500 }, (_, tsih) => session({ tsih }))
    client.told = { ...TOLD, inventory: { ...TOLD.inventory, sessions } }
    await look()
    expect(client.asked).not.toContain('sessions')
  })
})

it('what went on more than five minutes ago is forgotten', async () => {
  const stop = watch.watch(() => {})
  await clock.pass(900_000)
  stop()
  const times = watch.history.map(({ atMs }) => atMs)
  expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(300_000)
  expect(times.length).toBeGreaterThan(140)
})
