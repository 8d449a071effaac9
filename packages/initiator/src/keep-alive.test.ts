import { NopIn, NopOut } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { KeepAlive } from './keep-alive.ts'
import { HandTimers } from './testing/hand-timers.ts'
import { beginFullFeature } from './testing/scripted-target.ts'

async function begin(keepAlive?: { intervalMs?: number; timeoutMs?: number } | false) {
  const timers = new HandTimers()
  return { timers, ...(await beginFullFeature({ timers, ...(keepAlive !== undefined && { keepAlive }) })) }
}

describe('a target that is silent', () => {
  it('is pinged when nothing came for five seconds, and again after the next five', async () => {
    const { timers, session, target } = await begin()
    await timers.pass(5000) // the answer to the login came within these
    expect(target.raw.waitingPackets).toBe(0)
    for (let i = 0; i < 2; i++) {
      await timers.pass(5000)
      const { initiatorTaskTag } = (await target.raw.expect(NopOut)).values
      target.answer(NopIn, { initiatorTaskTag })
      await timers.pass(2500) // of four parts the second, or the first, finds it
    }
    session.destroy()
  })

  it('is given up when it does not answer: what waits for it fails', async () => {
    const { timers, session, target } = await begin({ intervalMs: 1000, timeoutMs: 400 })
    const { result } = session.execute({ lun: 0, cdb: new Uint8Array(6) })
    await target.command()
    await timers.pass(2400)
    await expect(result).rejects.toThrow('the target was silent for 1400 ms')
    expect(((await session.closed).cause as Error).name).toBe('TimeoutError')
    expect(timers.pending).toBe(0)
  })

  it('is waited for for ever when the program says so', async () => {
    const { timers, session, target } = await begin(false)
    await timers.pass(1_000_000)
    expect(target.raw.waitingPackets).toBe(0)
    session.destroy()
  })
})

describe('the watch', () => {
  it('is not fooled by a process that stood still: the answer may lie in the socket', () => {
    const timers = new HandTimers()
    const strikes: (() => void)[] = []
    const given: number[] = []
    const delayed = {
      after: (delayMs: number, strike: () => void) => {
        strikes.push(strike)
        return timers.after(delayMs, strike)
      },
    }
    const keepAlive = new KeepAlive({ intervalMs: 1000, timeoutMs: 400 }, delayed, {
      ping: () => undefined,
      giveUp: silentMs => given.push(silentMs),
    })
    keepAlive.start()
    strikes.shift()?.()
    // An hour passes in which nothing runs; of all that is due the deadline comes first, then what lies in the socket.
    strikes.shift()?.()
    expect(given).toEqual([])
    keepAlive.heard()
    strikes.shift()?.()
    expect(given).toEqual([])
    keepAlive.stop()
  })
})
