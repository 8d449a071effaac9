import type { FlushFailure } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { drainAtSignal } from './drain.ts'
import type { Host } from './host.ts'

class FakeHost implements Host {
  killed = 0
  readonly timers: { delayMs: number; passed: () => void; stopped: boolean }[] = []
  #heard: (signal: NodeJS.Signals) => void = () => {}

  onSignal(heard: (signal: NodeJS.Signals) => void): void {
    this.#heard = heard
  }

  after(delayMs: number, passed: () => void): () => void {
    const timer = { delayMs, passed, stopped: false }
    this.timers.push(timer)
    return () => {
      timer.stopped = true
    }
  }

  kill(): void {
    this.killed++
  }

  signal(signal: NodeJS.Signals): void {
    this.#heard(signal)
  }
}

function start(drain: () => Promise<readonly FlushFailure[]>) {
  const host = new FakeHost()
  const lines: string[] = []
  const facts: object[] = []
  const log = {
    info: (said: object, text: string) => {
      facts.push(said)
      lines.push(`info ${text}`)
    },
    error: (_facts: object, text: string) => lines.push(`error ${text}`),
  }
  const served = {
    close: drain,
    unflushedDisks: ['fileio/slow'],
    transferMemoryUsedBytes: 0,
    statistics: { read: () => ({ logouts: 2, faults: 0 }) },
  }
  return { host, lines, facts, ended: drainAtSignal(served, host, log) }
}

const never = () => new Promise<never>(() => {})
const turn = () => new Promise(resolve => setImmediate(resolve))

describe('drainAtSignal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('drains at %s and ends with 0', async signal => {
    const { host, lines, facts, ended } = start(async () => [])
    host.signal(signal)
    expect(await ended).toBe(0)
    expect(facts.at(-1)).toEqual({ transferMemoryUsedBytes: 0, counted: { logouts: 2 } })
    expect(lines).toEqual([`info ${signal}: draining`, 'info drained'])
    expect(host).toMatchObject({ killed: 0, timers: [{ delayMs: 500 }, { delayMs: 10_000, stopped: true }] })
  })

  it('drains nothing before a signal', async () => {
    let drained = false
    const { host, ended } = start(async () => {
      drained = true
      return []
    })
    await turn()
    expect(drained).toBe(false)
    host.signal('SIGTERM')
    await ended
    expect(drained).toBe(true)
  })

  it('names each store that could not be flushed and ends with 1', async () => {
    const { host, lines, ended } = start(async () => [{ disk: 'fileio/disk0', fault: 'io' }])
    host.signal('SIGTERM')
    expect(await ended).toBe(1)
    expect(lines).toContain('error fileio/disk0 could not be flushed (io): acknowledged writes may be lost')
  })

  it('ends by SIGKILL past the deadline', async () => {
    const { host, lines } = start(never)
    host.signal('SIGTERM')
    await turn()
    expect(host.killed).toBe(0)
    host.timers.find(({ delayMs }) => delayMs === 10_000)?.passed()
    expect(host.killed).toBe(1)
    expect(lines).toContain('error operations did not end in time: ending by SIGKILL')
  })

  it('ends by SIGKILL at a second signal', async () => {
    const { host } = start(never)
    host.signal('SIGTERM')
    await turn()
    host.timers.find(({ delayMs }) => delayMs === 500)?.passed()
    host.signal('SIGINT')
    expect(host.killed).toBe(1)
  })

  it('takes a signal that npm or a launcher passes on again within half a second for the same request', async () => {
    const { host, lines } = start(never)
    host.signal('SIGINT')
    host.signal('SIGINT')
    await turn()
    host.signal('SIGTERM')
    expect(host.killed).toBe(0)
    expect(lines).toEqual(['info SIGINT: draining'])
  })
})
