import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeDisk, type PlantedFailure } from '../testing/fake-disk.ts'
import { openTaken } from './state-opening.ts'
import type { StateStore } from './state-store.ts'

const CONFIGURATION = '/etc/lunkit/saveconfig.json'
const PLACE = { path: '/state', named: true, configuration: CONFIGURATION }
const at = new Date('2026-11-28T12:00:00Z')

/** One change: its number makes it another one than all others, so that it can be told whether it is there. */
interface Change {
  readonly start: (state: StateStore, number: number) => Promise<unknown>
  /** How many of its parts are there, of how many. */
  readonly found: (state: StateStore, number: number) => readonly [number, number]
}

const diskOf = (number: number, part: number) => ({ disk: `ramdisk/${number}.${part}`, configuration: CONFIGURATION })
const serialOf = (number: number, part: number) => `${(number * 10 + part).toString(16)}-a`
const target = (number: number) => `iqn.2026-11.com.example:${number}`
const PARTS = [0, 1, 2]
const CHANGES: Readonly<Record<string, Change>> = {
  port: {
    start: (state, number) => state.ports.idOf(target(number), 1),
    found: (state, number) => [state.ports.find({ target: target(number), tag: 1 }) === undefined ? 0 : 1, 1],
  },
  fault: {
    start: (state, number) => state.faults.note(`f${number}f`, { at, fault: 'io' }),
    found: (state, number) => [state.faults.of(`f${number}f`) === undefined ? 0 : 1, 1],
  },
  serials: {
    start: (state, number) =>
      state.serials.add(PARTS.map(part => ({ ...diskOf(number, part), serial: serialOf(number, part) }))),
    found: (state, number) => [
      PARTS.filter(part => state.serials.find(diskOf(number, part)) === serialOf(number, part)).length,
      PARTS.length,
    ],
  },
  clearing: {
    start: (state, number) => state.faults.clear(`c${number}f`),
    found: (state, number) => [state.faults.of(`c${number}f`) === undefined ? 1 : 0, 1],
  },
}

type Outcome = 'waiting' | 'done' | 'failed'
interface Asked {
  readonly kind: string
  readonly number: number
  outcome: Outcome
}

/** Rounds of changes: those of a round are asked for together, and awaited before the next. */
type Rounds = readonly (readonly string[])[]

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const opened = async (disk: FakeDisk, said: string[] = []) =>
  openTaken(PLACE, { ...silent, error: (_: object, text: string) => said.push(text) } as never, disk)

/** The disk with a state in which the faults are that are to be cleared. */
async function prepared(rounds: Rounds): Promise<Record<string, string>> {
  const disk = new FakeDisk()
  const state = await opened(disk)
  await Promise.all(rounds.flat().map((_, number) => state.faults.note(`c${number}f`, { at, fault: 'io' })))
  return disk.contents
}

const start = (state: StateStore, { kind, number }: Asked): Promise<unknown> =>
  CHANGES[kind]?.start(state, number) ?? Promise.reject(new Error(`${kind} is no kind of change`))

/** Asks for the rounds of changes, until the end or the crash. */
async function run(state: StateStore, rounds: Rounds, disk: FakeDisk): Promise<Asked[]> {
  const asked: Asked[] = []
  for (const round of rounds) {
    const running = round.map(kind => {
      const each: Asked = { kind, number: asked.length, outcome: 'waiting' }
      asked.push(each)
      const settled = (outcome: Outcome) => () => {
        each.outcome = outcome
      }
      return start(state, each).then(settled('done'), settled('failed'))
    })
    if ((await Promise.race([Promise.all(running), disk.crashed])) === 'crashed') break
  }
  return asked
}

/** What is wrong with what is found of the changes, in words; nothing. */
function contradictions(
  state: StateStore,
  asked: readonly Asked[],
  { isUncertain }: { isUncertain: boolean },
): string[] {
  return asked.flatMap(({ kind, number, outcome }) => {
    const [found, all] = CHANGES[kind]?.found(state, number) ?? [0, 0]
    const isTorn = found !== 0 && found !== all
    const isLost = outcome === 'done' && found !== all
    const isThereStill = outcome === 'failed' && found !== 0 && !isUncertain
    return isTorn || isLost || isThereStill ? [`${kind} ${number} is ${outcome}, and ${found} of ${all} are there`] : []
  })
}

/** Runs, fails, crashes, opens again; answers the contradictions of the live state and of the one that was read again. */
async function crashed(
  rounds: Rounds,
  plan: { readonly failures: ReadonlyMap<number, PlantedFailure>; readonly crashAt: number },
  choose: () => boolean,
): Promise<{ live: string[]; again: string[]; said: string[]; left: string[]; calls: number }> {
  const disk = new FakeDisk(await prepared(rounds), plan)
  const said: string[] = []
  const state = await Promise.race([opened(disk), disk.crashed]).catch(() => undefined)
  const asked = typeof state === 'object' ? await run(state, rounds, disk) : []
  const live = typeof state === 'object' ? contradictions(state, asked, { isUncertain: false }) : []
  const after = new FakeDisk(disk.afterCrash(choose))
  const again = contradictions(await opened(after, said), asked, { isUncertain: disk.isUnsettled })
  const left = [...after.names.keys()].filter(name => name !== '/state/state.json')
  return { live, again, said, left, calls: disk.calls }
}

const nothing = { live: [], again: [], said: [], left: [] }
const kinds = fc.constantFrom(...Object.keys(CHANGES))
const rounds = fc.array(fc.array(kinds, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 })
const failures = fc
  .array(fc.tuple(fc.nat(60), fc.record({ code: fc.constantFrom('EIO', 'ENOSPC'), isDone: fc.boolean() })), {
    maxLength: 6,
  })
  .map(list => new Map(list))

describe('a state whose writes fail and whose power fails', () => {
  it('has what was acknowledged, and what was not whole or not at all, whatever fails when', async () => {
    const property = fc.asyncProperty(
      rounds,
      failures,
      fc.nat(80),
      fc.infiniteStream(fc.boolean()),
      async (asked, planted, crashAt, chosen) => {
        const choose = () => chosen.next().value === true
        expect(await crashed(asked, { failures: planted, crashAt }, choose)).toMatchObject(nothing)
      },
    )
    await fc.assert(property, { numRuns: 250 })
  })

  it('has what was acknowledged at each instant of a run, whether or not what was not flushed got there', async () => {
    const asked = [['port', 'serials'], ['fault', 'clearing', 'port'], ['serials']]
    const whole = await crashed(asked, { failures: new Map(), crashAt: Number.POSITIVE_INFINITY }, () => true)
    expect(whole).toMatchObject(nothing)
    for (let crashAt = 0; crashAt <= whole.calls; crashAt++)
      for (const arrives of [true, false])
        expect(await crashed(asked, { failures: new Map(), crashAt }, () => arrives)).toMatchObject(nothing)
    expect(whole.calls).toBeGreaterThan(20)
  })

  it.each([true, false])(
    'has none of a change that failed at whichever call, also in its file (call done: %s)',
    async isDone => {
      const before = await prepared([['port']])
      const whole = new FakeDisk(before)
      const state = await opened(whole)
      const from = whole.calls
      await state.ports.idOf(target(0), 1)
      expect(whole.contents['/state/state.json']).toContain(target(0))
      expect(whole.calls - from).toBeGreaterThan(5)
      for (let call = from; call < whole.calls; call++) {
        const disk = new FakeDisk(before, { failures: new Map([[call, { code: 'EIO', isDone }]]) })
        const failing = await opened(disk)
        await expect(failing.ports.idOf(target(0), 1)).rejects.toThrow('/state/state.json cannot be written: EIO')
        expect(disk.contents['/state/state.json']).not.toContain(target(0))
        expect(disk.isUnsettled).toBe(false)
      }
    },
  )
})
