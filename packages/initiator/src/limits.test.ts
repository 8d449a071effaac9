import { NopOut, ScsiCommand } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { connect } from './connect.ts'
import { discover } from './discover.ts'
import { RECEIVE_BUFFER_BYTES } from './limits.ts'
import { HandTimers } from './testing/hand-timers.ts'
import { beginFullFeature, scripted } from './testing/scripted-target.ts'

const testUnitReady = new Uint8Array(6)
const never = () => new Promise<never>(() => undefined)

describe('a limit of a session', () => {
  it('is 1024 commands on their way, however far the window is open', async () => {
    const { session, target } = await beginFullFeature()
    target.maxCmdSN = 5000
    const { result: first } = session.execute({ lun: 0, cdb: testUnitReady })
    target.end((await target.command()).values.initiatorTaskTag)
    await first
    for (let i = 0; i < 1026; i++) session.execute({ lun: 0, cdb: testUnitReady }).result.catch(() => undefined)
    const tags: number[] = []
    for (let i = 0; i < 1024; i++) tags.push((await target.raw.expect(ScsiCommand)).values.initiatorTaskTag)
    expect(target.raw.waitingPackets).toBe(0)
    target.end(tags[0] as number)
    await target.raw.expect(ScsiCommand)
    expect(target.raw.waitingPackets).toBe(0)
    session.destroy()
  })

  it('is 15 seconds for a login, and for a discovery', async () => {
    const timers = new HandTimers()
    let over = 0
    const login = connect({ ...scripted, transport: never, timers })
    const discovery = discover({ host: 'memory', transport: never, timers })
    for (const promise of [login, discovery]) promise.catch(() => over++)
    await timers.pass(14_999)
    expect(over).toBe(0)
    await timers.pass(1)
    await expect(login).rejects.toThrow('no login at memory port 3260 within 15000 ms')
    await expect(discovery).rejects.toThrow('discovery took longer than 15000 ms')
  })

  it('is 5 seconds for the answer to a logout', async () => {
    const timers = new HandTimers()
    const { session } = await beginFullFeature({ timers, keepAlive: false })
    let closed = false
    const closing = session.close().then(() => {
      closed = true
    })
    await timers.pass(4999)
    expect(closed).toBe(false)
    await timers.pass(1)
    await closing
    expect(timers.pending).toBe(0)
  })

  it('is 2 seconds for the answer to the abort of a command that nobody waits for', async () => {
    const timers = new HandTimers()
    const { session, target } = await beginFullFeature({ timers, keepAlive: false })
    const { result } = session.execute({ lun: 0, cdb: testUnitReady }, { timeoutMs: 100 })
    result.catch(() => undefined)
    await target.command()
    let over = false
    const closed = session.closed.then(() => {
      over = true
    })
    await timers.pass(2099)
    expect(over).toBe(false)
    await timers.pass(1)
    await closed
    expect(timers.pending).toBe(0)
  })

  it('is 5 seconds of silence, and 5 more for the answer to a ping', async () => {
    const timers = new HandTimers()
    const { session, target } = await beginFullFeature({ timers })
    await timers.pass(9999)
    expect(target.raw.waitingPackets).toBe(0)
    await timers.pass(1)
    await target.raw.expect(NopOut)
    await timers.pass(4999)
    expect(timers.pending).toBeGreaterThan(0)
    await timers.pass(1)
    expect((await session.closed).message).toBe('the target was silent for 10000 ms')
  })

  it('is a quarter of a mebibyte of memory for what a socket receives', () => {
    expect(RECEIVE_BUFFER_BYTES).toBe(262_144)
  })
})
