import { beforeAll, describe, expect, it } from 'vitest'
import { htmlOf, type Markup } from '../markup.ts'
import { readQuery } from '../page-query.ts'
import { DaemonReader, type Reading, sessionKey } from '../reading.ts'
import { loadsBetween, type Sample } from '../sample.ts'
import { FakeClient } from '../testing/fake-client.ts'
import { counters, HOST, lun, refusal, session, TARGET, TOLD } from '../testing/told.ts'
import { healthRegion, healthWord } from './health.ts'
import { lunsRegion } from './luns.ts'
import { refusalsRegion } from './refusals.ts'
import { sessionsRegion } from './sessions.ts'

const wordsOf = (markups: readonly Markup[]): string =>
  markups
    .map(htmlOf)
    .join(' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
const query = readQuery('')

const HOSTED = session({ alias: 'db1' })
const LUNS = [
  lun('fileio/a'),
  lun('fileio/b', { state: 'faulted', thin: true }),
  lun('block/c', { state: 'deactivated' }),
]
const BUSY = { reads: 300, writes: 100, bytes: 9e6, sumSeconds: 0.8, within: [400, 400], tasks: 7 } as const

let reading: Reading
let sample: Sample
beforeAll(async () => {
  const client = new FakeClient()
  const mappings = [3, 4].map(number => ({ target: TARGET, tpg: 1, number, lun: 'fileio/a' }))
  const inventory = { ...TOLD.inventory, luns: LUNS, mappings, sessions: [HOSTED, session({ target: '', tsih: 2 })] }
  const refusals = { refusals: [refusal(), refusal({ initiator: null, target: null })], counts: [] }
  client.told = { ...TOLD, inventory, refusals, counters: counters({ 'fileio/a': {} }) }
  const before = await new DaemonReader(client).read()
  client.told = { ...client.told, counters: counters({ 'fileio/a': BUSY }) }
  reading = await new DaemonReader(client).read()
  const loads = loadsBetween({ atMs: 0, reading: before }, { atMs: 2000, reading })
  const at = new Date('2026-11-29T13:01:01.000Z')
  sample = { atMs: 2000, at, away: undefined, reading, readAt: at, loads }
})

const inventory = (more: object): Reading => ({ ...reading, inventory: { ...reading.inventory, ...more } })

describe('the LUNs', () => {
  it('are counted, with those that are wrong, and the time in which their load was measured', () => {
    expect(wordsOf(lunsRegion(sample, query))).toContain('3 LUNs, 2 with a fault; load of the last 2.00 s')
    expect(wordsOf(lunsRegion({ ...sample, loads: undefined }, query))).toMatch(/^\D*3 LUNs, 2 with a fault (?!;)/)
    const one = { ...sample, reading: inventory({ luns: [lun('fileio/a')] }) }
    expect(wordsOf(lunsRegion(one, query))).toContain('1 LUN, none with a fault; load')
  })

  it('are those that are looked for, of how many', () => {
    const found = wordsOf(lunsRegion(sample, readQuery('?find=FILEIO/B')))
    expect(found).toContain('1 of 3 LUNs, 2 with a fault')
    expect(found).toContain('b faulted nowhere fileio , thin 1 GiB – – – – – –')
    expect(wordsOf(lunsRegion(sample, readQuery('?find=zzz')))).toContain('No LUN is what you look for.')
    expect(wordsOf(lunsRegion({ ...sample, reading: undefined }, query))).toContain('There are no LUNs.')
  })

  it('have what was done there, and nothing where nobody knows', () => {
    const words = wordsOf(lunsRegion(sample, query))
    expect(words).toContain(`a ready ${TARGET}/tpg1/lun3 and 1 more fileio 1 GiB 200 7 4.50 0.00 2.000 0.990`)
    expect(words).toContain('c deactivated nowhere block – – – – – – –')
  })
})

describe('the sessions', () => {
  it('have what their initiator does at that target, and since when', () => {
    const since = new Map([[sessionKey(HOSTED), '2026-11-28T12:00:07.000Z']])
    const words = wordsOf(sessionsRegion({ ...sample, reading: { ...reading, since } }, query))
    expect(words).toContain('2 sessions; load of the initiator at that target')
    expect(words).toContain(`${HOST} db1 ${TARGET} 10.0.0.7:40000 2026-11-28 12:00:07 200 4.50 0.00`)
    expect(words).toContain(`${HOST} discovery 10.0.0.7:40000 – – – –`)
  })

  it('are those that are looked for, and says how many are not told', () => {
    const found = wordsOf(sessionsRegion(sample, readQuery('?find=DB1')))
    expect(found).toContain('1 of 2 sessions; load')
    expect(wordsOf(sessionsRegion(sample, readQuery('?find=zzz')))).toContain('No session is what you look for.')
    const more = { ...sample, reading: inventory({ sessionsLeftOut: 1200 }) }
    expect(wordsOf(sessionsRegion(more, query))).toContain('2 sessions, and 1,200 more: lunkit sessions; load')
    expect(wordsOf(sessionsRegion({ ...sample, reading: undefined }, query))).toContain('Nobody is logged in.')
  })
})

describe('who was turned away', () => {
  it('is counted and looked for, by what is said of it', () => {
    const words = wordsOf(refusalsRegion(sample, query))
    expect(words).toContain('2 refusals, the newest first')
    expect(words).toContain(`10.0.0.9:1 ${HOST} ${TARGET}`)
    expect(words).toContain('10.0.0.9:1 not said not said')
    for (const [find, said] of [
      [HOST.toUpperCase(), '1 of 2 refusals, the newest first'],
      ['10.0.0.9', '2 refusals, the newest first'],
      ['no acl', '2 refusals, the newest first'],
      ['zzz', 'No refusal is what you look for.'],
    ] as const)
      expect(wordsOf(refusalsRegion(sample, readQuery(`?find=${find}`)))).toContain(said)
    expect(wordsOf(refusalsRegion({ ...sample, reading: undefined }, query))).toContain('Nobody was turned away.')
  })
})

describe('how lunkitd is', () => {
  const withStatus = (more: object): Sample => ({
    ...sample,
    reading: { ...reading, status: { ...reading.status, ...more } },
  })
  const trouble = { path: '', wrong: 'it is old', remedy: 'wait' }

  it.each([
    ['ok', 'lunkitd serves all that it should', 'What could be better: 1'],
    ['degraded', 'lunkitd serves, and something is wrong', 'What is wrong: 1'],
    ['failed', 'lunkitd serves nothing of what it should', 'What is wrong: 1'],
  ])('is %s: %s', (health, meaning, caption) => {
    const words = wordsOf(healthRegion(withStatus({ health, troubles: [trouble] }), query))
    expect(words).toContain(`${health} ${meaning} `)
    expect(words).toContain(caption)
    expect(words).toContain('lunkitd it is old wait')
  })

  it('has facts', () => {
    const words = wordsOf(healthRegion(sample, query))
    expect(words).toMatch(
      /^ok lunkitd serves all that it should lunkitd 1\.2\.3, Node [\d.]+, process 42 up for 1 h 1 min/,
    )
    expect(words).toContain('configuration /etc/lunkit/saveconfig.json , saved')
    expect(words).toContain('serves 1 storage object, 1 target, 1 portal, 1 LUN, 0 sessions')
    const unsaved = withStatus({ configuration: { path: null, unsaved: true } })
    expect(wordsOf(healthRegion(unsaved, query))).toContain('configuration none, changes not saved')
  })

  it('is away where it does not answer, with what it said before', () => {
    const away = { ...sample, away: 'no lunkitd' }
    expect([healthWord(sample), healthWord(away), healthWord({ ...sample, reading: undefined })]).toEqual([
      ...['ok', 'away', 'away'],
    ])
    const words = wordsOf(healthRegion(away, query))
    expect(words).toContain('away lunkitd does not answer It says: no lunkitd Start it, or see why it has ended')
    expect(words).toContain('What is below is what it said at 13:01:01 UTC. lunkitd 1.2.3')
    const never = { ...away, reading: undefined, readAt: undefined }
    expect(wordsOf(healthRegion(never, query))).not.toMatch(/What is below|1\.2\.3/)
  })
})
