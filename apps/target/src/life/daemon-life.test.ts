import { describe, expect, it } from 'vitest'
import { ManualLifeTimers } from '../testing/manual-life-timers.ts'
import { DaemonLife } from './daemon-life.ts'
import type { Notice } from './supervisor.ts'

/** A daemon that serves two LUNs, and a supervisor that waits this long for a sign of life. */
function life(watchdogMs?: number) {
  const timers = new ManualLifeTimers()
  const told: Notice[] = []
  const state = { sessions: 0, silent: undefined as string | undefined }
  const supervisor = { watchdogMs, tell: (notice: Notice) => void told.push(notice) }
  const daemon = new DaemonLife({ supervisor, silent: () => state.silent, timers })
  const serve = () => daemon.serving(() => ({ luns: 2, lunsInFile: 3, sessions: state.sessions }))
  return { timers, state, daemon, serve, told: () => told.splice(0) }
}

describe('the life of a daemon', () => {
  it('begins when everything that can be served is, which is told in numbers', () => {
    const { serve, told } = life()
    serve()
    expect(told()).toEqual([{ READY: 1, STATUS: 'serving 2 of 3 LUNs, 0 sessions' }])
  })

  it('has another minute while disks are opened, and tells how many are, every two seconds at most', async () => {
    const { daemon, timers, told } = life()
    daemon.opening(1, 5000)
    daemon.opening(2, 5000)
    await timers.pass(2000)
    daemon.opening(900, 5000)
    expect(told()).toEqual([
      { EXTEND_TIMEOUT_USEC: 60_000_000, STATUS: 'opening disks: 1 of 5000' },
      { EXTEND_TIMEOUT_USEC: 60_000_000, STATUS: 'opening disks: 900 of 5000' },
    ])
  })

  it('is told anew when the numbers are others', async () => {
    const { serve, state, timers, told } = life()
    serve()
    await timers.pass(5000)
    state.sessions = 1
    await timers.pass(10_000)
    expect(told().slice(1)).toEqual([{ STATUS: 'serving 2 of 3 LUNs, 1 session' }])
  })

  it('gives a sign three times in the time that is waited for one', async () => {
    const { serve, timers, told } = life(3000)
    serve()
    await timers.pass(3000)
    expect(told().filter(notice => notice['WATCHDOG'] === 1)).toHaveLength(4)
  })

  it('gives none, and says why, while something of it does not answer', async () => {
    const { serve, state, timers, told } = life(3000)
    serve()
    told()
    state.silent = 'lane 0 does not answer'
    await timers.pass(9000)
    expect(told()).toEqual([{ STATUS: 'serving 2 of 3 LUNs, 0 sessions; lane 0 does not answer' }])
    state.silent = undefined
    await timers.pass(1000)
    expect(told()).toEqual([{ STATUS: 'serving 2 of 3 LUNs, 0 sessions' }, { WATCHDOG: 1 }])
  })

  it('is in a reload from when the clock of systemd says, until the outcome is there', () => {
    const { daemon, serve, told } = life()
    daemon.reloading()
    daemon.reloaded()
    expect(told()).toEqual([])
    serve()
    told()
    daemon.reloading()
    daemon.reloaded()
    const numbers = expect.stringMatching(/^\d+$/) as string
    expect(told()).toEqual([
      { RELOADING: 1, MONOTONIC_USEC: numbers, STATUS: 'reading the configuration again' },
      { READY: 1, STATUS: 'serving 2 of 3 LUNs, 0 sessions' },
    ])
  })

  it('ends once, and no sign of it is given any more', async () => {
    const { daemon, serve, timers, told } = life(3000)
    serve()
    told()
    daemon.stopping()
    daemon.reloaded()
    await timers.pass(60_000)
    expect(told()).toEqual([{ STOPPING: 1, STATUS: 'what is under way ends, disks are flushed' }])
  })
})
