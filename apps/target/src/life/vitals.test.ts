import { describe, expect, it } from 'vitest'
import { ManualLifeTimers } from '../testing/manual-life-timers.ts'
import { Vitals } from './vitals.ts'

function vitals() {
  const timers = new ManualLifeTimers()
  const said: string[] = []
  const state = { lanes: [] as number[], watch: undefined as string | undefined, remembered: [] as object[] }
  const say = (_: object, text: string) => void said.push(text)
  const log = { error: say, info: say }
  const all = new Vitals(log as never, timers)
  const watch = {
    get silent() {
      return state.watch
    },
    lastStandstill: undefined,
    standstills: { times: 0, forMs: 0 },
    endSoon: () => undefined,
    remember: (status: object) => void state.remembered.push(status),
  }
  all.begin({ watch, silentLanes: () => state.lanes, status: () => ({ pid: 7 }) })
  return { all, timers, said, state }
}

describe('the vitals of lunkitd', () => {
  it('name lanes that do not answer, at once, and say so in the log once', async () => {
    const { all, timers, said, state } = vitals()
    expect(all.silent).toBeUndefined()
    state.lanes = [0, 1]
    expect(all.silent).toBe('lanes 0, 1 do not answer')
    await timers.pass(1000)
    state.lanes = []
    await timers.pass(1000)
    expect(said).toEqual([
      'lanes 0, 1 do not answer: too many operations do not return; the disks that are at home there wait',
      'all lanes answer again',
    ])
  })

  it('name the watching thread first', () => {
    const { all, state } = vitals()
    state.lanes = [3]
    expect(all.silent).toBe('lane 3 does not answer')
    state.watch = 'it is silent'
    expect(all.silent).toBe('it is silent')
  })

  it('have the watching thread remember how lunkitd is, every five seconds', async () => {
    const { all, timers, state } = vitals()
    await timers.pass(10_000)
    expect(state.remembered).toEqual([{ pid: 7 }, { pid: 7 }, { pid: 7 }])
    all.end()
    await timers.pass(10_000)
    expect(state.remembered).toHaveLength(3)
  })
})
