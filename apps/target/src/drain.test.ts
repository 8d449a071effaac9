import type { FlushFailure } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { Ending } from './drain.ts'
import type { Host } from './host.ts'
import type { CaughtSignal } from './signals/signal-table.ts'

class FakeHost implements Host {
  killed = 0
  readonly timers: { delayMs: number; passed: () => void; stopped: boolean }[] = []
  #heard: (signal: CaughtSignal) => void = () => {}

  onSignal(heard: (signal: CaughtSignal) => void): void {
    this.#heard = heard
  }

  after(delayMs: number, passed: () => void): () => void {
    const timer = { delayMs, passed, stopped: false }
    this.timers.push(timer)
    return () => {
      timer.stopped = true
    }
  }

  stays = false

  stay(): () => void {
    this.stays = true
    return () => {
      this.stays = false
    }
  }

  kill(): void {
    this.killed++
  }

  signal(signal: CaughtSignal): void {
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
    warn: (_facts: object, text: string) => lines.push(`warn ${text}`),
    error: (said: object, text: string) => {
      facts.push(said)
      lines.push(`error ${text}`)
    },
  }
  const served = {
    close: drain,
    unflushedDisks: ['fileio/slow'],
    transferMemoryUsedBytes: 0,
    statistics: { read: () => ({ logouts: 2, faults: 0 }), rowsTaken: { units: 3 } },
  }
  const ending = new Ending(host, log)
  return { host, lines, facts, ending, served, ended: ending.drain(served) }
}

const never = () => new Promise<never>(() => {})
const turn = () => new Promise(resolve => setImmediate(resolve))

describe('the ending', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGPWR', 'SIGXCPU'] as const)(
    'drains at %s and ends with 0',
    async signal => {
      const { host, lines, facts, ended } = start(async () => [])
      host.signal(signal)
      expect(await ended).toBe(0)
      expect(facts.at(-1)).toEqual({
        event: 'drained',
        transferMemoryUsedBytes: 0,
        counted: { logouts: 2 },
        rows: { units: 3 },
      })
      expect(lines).toEqual([`info ${signal}: draining`, 'info drained'])
      expect(host).toMatchObject({ killed: 0, timers: [{ delayMs: 500 }, { delayMs: 10_000, stopped: true }] })
    },
  )

  it('drains nothing before a signal', async () => {
    let drained = false
    const { host, ended } = start(async () => {
      drained = true
      return []
    })
    await turn()
    expect([drained, host.stays]).toEqual([false, true])
    host.signal('SIGTERM')
    await ended
    expect([drained, host.stays]).toEqual([true, false])
  })

  it('names each store that could not be flushed and ends with 1', async () => {
    const { host, lines, ended } = start(async () => [{ disk: 'fileio/disk0', serial: 'disk0', fault: 'io' }])
    host.signal('SIGTERM')
    expect(await ended).toBe(1)
    expect(lines).toContain('error fileio/disk0 could not be flushed (io): acknowledged writes may be lost')
  })

  it('does what is left to be done after that, with those stores, and ends only then', async () => {
    const { host, lines, ending, served } = start(never)
    const failures = [{ disk: 'fileio/disk0', serial: 'disk0', fault: 'io' }] as const
    const drained = ending.drain({ ...served, close: async () => failures }, async left => {
      lines.push(`left ${left.map(({ serial }) => serial).join()}, ${host.timers.some(({ stopped }) => stopped)}`)
    })
    host.signal('SIGTERM')
    expect(await drained).toBe(1)
    expect(lines.indexOf('left disk0, false')).toBe(lines.indexOf('info drained') - 2)
  })

  it('ends by SIGKILL past the deadline', async () => {
    const { host, lines, facts } = start(never)
    host.signal('SIGTERM')
    await turn()
    expect(host.killed).toBe(0)
    host.timers.find(({ delayMs }) => delayMs === 10_000)?.passed()
    expect(host.killed).toBe(1)
    expect(lines).toContain('error operations did not end in time: ending by SIGKILL')
    expect(facts.at(-1)).toEqual({ event: 'drainTooLate', deadlineMs: 10_000, disks: ['fileio/slow'] })
  })

  it('ends by SIGKILL at a second signal, and says so', async () => {
    const { host, lines } = start(never)
    host.signal('SIGTERM')
    await turn()
    host.timers.find(({ delayMs }) => delayMs === 500)?.passed()
    host.signal('SIGINT')
    expect([host.killed, host.timers.length]).toEqual([1, 2])
    expect(lines).toEqual(['info SIGTERM: draining', 'error SIGINT again: ending by SIGKILL'])
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

  it.each(['SIGPWR', 'SIGXCPU'] as const)('does not take %s, which repeats by itself, for insisting', async signal => {
    const { host } = start(never)
    host.signal(signal)
    await turn()
    host.timers.find(({ delayMs }) => delayMs === 500)?.passed()
    host.signal(signal)
    expect(host.killed).toBe(0)
    host.signal('SIGTERM')
    expect(host.killed).toBe(1)
  })

  it('passes SIGHUP on to who takes the configuration anew, and not once it is to end', async () => {
    const { host, lines, ending } = start(never)
    host.signal('SIGHUP')
    expect(lines).toEqual(['info SIGHUP: lunkitd goes on, it reads its configuration only now'])
    const taken: string[] = []
    ending.onReload(signal => taken.push(signal))
    host.signal('SIGHUP')
    expect([taken, ending.asked.aborted, lines.length]).toEqual([['SIGHUP'], false, 1])
    host.signal('SIGTERM')
    host.signal('SIGHUP')
    await turn()
    expect(taken).toEqual(['SIGHUP'])
  })

  it('writes at SIGUSR2 what was counted, before and during the drain, and goes on', async () => {
    const { host, lines, facts, ending } = start(never)
    host.signal('SIGUSR2')
    const counted = { transferMemoryUsedBytes: 0, counted: { logouts: 2 }, rows: { units: 3 } }
    expect(facts).toEqual([{ event: 'counted', signal: 'SIGUSR2', ...counted }])
    expect(ending.asked.aborted).toBe(false)
    host.signal('SIGTERM')
    host.signal('SIGUSR2')
    expect(host.killed).toBe(0)
    expect(lines).toEqual(['info SIGUSR2: counted so far', 'info SIGTERM: draining', 'info SIGUSR2: counted so far'])
  })

  it.each(['SIGUSR1', 'SIGALRM', 'SIGVTALRM', 'SIGPROF', 'SIGIO', 'SIGSTKFLT'] as const)(
    'goes on at %s and says so',
    async signal => {
      const { host, lines, ending } = start(never)
      host.signal(signal)
      expect(ending.asked.aborted).toBe(false)
      expect(lines).toEqual([`info ${signal}: lunkitd goes on, it means nothing here`])
    },
  )

  it('keeps a signal that comes before anything is served, and drains what is served then', async () => {
    const host = new FakeHost()
    const ending = new Ending(host, { info: () => {}, warn: () => {}, error: () => {} })
    host.signal('SIGUSR2')
    host.signal('SIGTERM')
    expect(ending.asked.aborted).toBe(true)
    const { served } = start(async () => [])
    expect(await ending.drain(served)).toBe(0)
  })

  it('ends by SIGKILL past the deadline of a signal that came while a start does not go on', () => {
    const host = new FakeHost()
    new Ending(host, { info: () => {}, warn: () => {}, error: () => {} })
    host.signal('SIGTERM')
    host.timers.find(({ delayMs }) => delayMs === 10_000)?.passed()
    expect(host.killed).toBe(1)
  })
})
