import { describe, expect, it } from 'vitest'
import { ManualLifeTimers } from '../testing/manual-life-timers.ts'
import { Supervisor } from './supervisor.ts'

const quiet = { warn: () => undefined }

/** A supervisor that takes what it is told, from so many failures on. */
function told(failures = 0) {
  const timers = new ManualLifeTimers()
  const taken: string[] = []
  const warnings: string[] = []
  let left = failures
  const send = async (message: string) => {
    if (left-- > 0) return 'EAGAIN'
    taken.push(message)
    return undefined
  }
  const log = { warn: (_: unknown, text?: string) => void warnings.push(text ?? '') }
  return { timers, taken, warnings, supervisor: new Supervisor({ send, log, timers }) }
}

describe('a supervisor', () => {
  it('is told assignments, a line each, one notice after the other', async () => {
    const { supervisor, taken } = told()
    supervisor.tell({ READY: 1, STATUS: 'serving\n1 of 1' })
    supervisor.tell({ STOPPING: 1 })
    await supervisor.told()
    expect(taken).toEqual(['READY=1\nSTATUS=serving 1 of 1\n', 'STOPPING=1\n'])
  })

  it('that is behind is told again, before what comes later', async () => {
    const { supervisor, taken, timers } = told(3)
    supervisor.tell({ READY: 1 })
    supervisor.tell({ STOPPING: 1 })
    await timers.pass(1000)
    expect(taken).toEqual(['READY=1\n', 'STOPPING=1\n'])
  })

  it('that never takes anything is given up, which is said, and told the next', async () => {
    const { supervisor, taken, timers, warnings } = told(25)
    supervisor.tell({ READY: 1 })
    supervisor.tell({ STOPPING: 1 })
    await timers.pass(10_000)
    expect(taken).toEqual(['STOPPING=1\n'])
    expect(warnings).toEqual(['the supervisor could not be told how it goes: EAGAIN'])
  })
})

describe('the supervisor of an environment', () => {
  it('is none where it names no socket', () => {
    expect(Supervisor.of({}, quiet)).toBeUndefined()
  })

  it('is none where what it names is no unix socket, which is said', () => {
    const warnings: unknown[] = []
    const log = { warn: (...said: unknown[]) => void warnings.push(said[1]) }
    expect(Supervisor.of({ NOTIFY_SOCKET: 'vsock:2:1' }, log)).toBeUndefined()
    expect(warnings).toEqual(['the supervisor is not told how it goes: vsock:2:1 is no unix socket'])
  })

  it('says how long it waits for a sign of life, and is taken out of it', () => {
    const environment = { NOTIFY_SOCKET: '@socket', WATCHDOG_USEC: '30000000', PATH: '/bin' }
    expect(Supervisor.of(environment, quiet)?.watchdogMs).toBe(30_000)
    expect(environment).toEqual({ PATH: '/bin' })
  })

  it('waits for no sign of life where that is another process', () => {
    const asked = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '30000000' }
    expect(Supervisor.of({ ...asked, WATCHDOG_PID: '1' }, quiet)?.watchdogMs).toBeUndefined()
    expect(Supervisor.of({ ...asked, WATCHDOG_PID: String(process.pid) }, quiet)?.watchdogMs).toBe(30_000)
  })
})
