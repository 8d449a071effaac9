import { getEventListeners } from 'node:events'
import {
  LogoutRequest,
  LogoutResponse,
  NopIn,
  NopOut,
  TaskManagementRequest,
  TaskManagementResponse,
} from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { connect } from './connect.ts'
import { discover } from './discover.ts'
import { HandTimers } from './testing/hand-timers.ts'
import { beginFullFeature, beginSession, scripted } from './testing/scripted-target.ts'

const read10 = Uint8Array.of(0x28, 0, 0, 0, 0, 0x10, 0, 0, 1, 0)
const write10 = Uint8Array.of(0x2a, 0, 0, 0, 0, 0x10, 0, 0, 1, 0)

async function begin() {
  const timers = new HandTimers()
  return { timers, ...(await beginFullFeature({ timers, keepAlive: false })) }
}

describe('a command for which nobody waits any longer', () => {
  it.each([
    ['that reads into the memory of the program', { lun: 0, cdb: read10, read: new Uint8Array(512) }],
    ['that writes memory of the program', { lun: 0, cdb: write10, write: new Uint8Array(512) }],
  ])('%s rejects when it has ended after all', async (_what, request) => {
    const { timers, session, target } = await begin()
    const { result } = session.execute(request, { timeoutMs: 1000 })
    let rejected = false
    result.catch(() => {
      rejected = true
    })
    const { initiatorTaskTag } = (await target.command()).values
    await timers.pass(1000)
    const abort = await target.raw.expect(TaskManagementRequest)
    expect(rejected).toBe(false)
    target.end(initiatorTaskTag)
    await expect(result).rejects.toThrow('took longer than 1000 ms')
    target.answer(TaskManagementResponse, { initiatorTaskTag: abort.values.initiatorTaskTag, response: 1 })
    const pong = session.ping()
    target.answer(NopIn, { initiatorTaskTag: (await target.raw.expect(NopOut)).values.initiatorTaskTag })
    await pong
    expect([timers.pending, session.pendingCommands]).toEqual([0, 0])
  })

  it('ends the session when the target refuses to abort it', async () => {
    const { timers, session, target } = await begin()
    session.execute({ lun: 0, cdb: read10, read: 512 }, { timeoutMs: 1000 }).result.catch(() => undefined)
    await target.command()
    await timers.pass(1000)
    const { initiatorTaskTag } = (await target.raw.expect(TaskManagementRequest)).values
    target.answer(TaskManagementResponse, { initiatorTaskTag, response: 5 })
    expect((await session.closed).cause).toMatchObject({ name: 'TaskManagementError', response: 5 })
  })
})

describe('a watch', () => {
  it('ends with the command, however that ends', async () => {
    const { timers, session, target } = await begin()
    const { signal } = new AbortController()
    const results = [1, 2].map(() => session.execute({ lun: 0, cdb: read10 }, { signal, timeoutMs: 1000 }).result)
    expect([timers.pending, getEventListeners(signal, 'abort').length]).toEqual([2, 2])
    target.end((await target.command()).values.initiatorTaskTag)
    await results[0]
    expect([timers.pending, getEventListeners(signal, 'abort').length]).toEqual([1, 1])
    target.raw.destroy()
    await expect(results[1]).rejects.toThrow('closed the connection')
    expect([timers.pending, getEventListeners(signal, 'abort').length]).toEqual([0, 0])
  })

  it('ends with a ping, a login and a logout', async () => {
    const timers = new HandTimers()
    const { signal } = new AbortController()
    const patience = { signal, timeoutMs: 60_000 }
    const { target, connecting } = await beginSession({ timers, keepAlive: false, ...patience })
    await target.acceptLogin()
    const session = await connecting
    expect([timers.pending, getEventListeners(signal, 'abort').length]).toEqual([0, 0])
    const pong = session.ping(new Uint8Array(0), patience)
    target.answer(NopIn, { initiatorTaskTag: (await target.raw.expect(NopOut)).values.initiatorTaskTag })
    await pong
    expect([timers.pending, getEventListeners(signal, 'abort').length]).toEqual([0, 0])
    const closing = session.close(patience)
    target.answer(LogoutResponse, {
      initiatorTaskTag: (await target.raw.expect(LogoutRequest)).values.initiatorTaskTag,
    })
    await closing
    expect([timers.pending, getEventListeners(signal, 'abort').length]).toEqual([0, 0])
  })

  it('ends with a discovery', async () => {
    const timers = new HandTimers()
    const { signal } = new AbortController()
    const transport = () => Promise.reject(new Error('no route'))
    await expect(discover({ host: 'memory', transport, timers, signal })).rejects.toThrow('no route')
    expect([timers.pending, getEventListeners(signal, 'abort').length]).toEqual([0, 0])
  })

  it('may be as short as a millisecond, and as long as a timer can wait', async () => {
    const { timers, session } = await begin()
    const short = session.execute({ lun: 0, cdb: read10 }, { timeoutMs: 1 }).result
    session.execute({ lun: 0, cdb: read10 }, { timeoutMs: 2 ** 31 - 1 }).result.catch(() => undefined)
    short.catch(() => undefined)
    await timers.pass(1)
    await expect(short).rejects.toThrow('the command of LUN 0 took longer than 1 ms')
    session.destroy()
  })
})

describe('a signal that was aborted before', () => {
  const signal = AbortSignal.abort(new Error('too late'))
  const transport = () => Promise.reject(new Error('opened all the same'))

  it('lets no connection be made', async () => {
    await expect(connect({ ...scripted, transport, signal })).rejects.toThrow('too late')
    await expect(discover({ host: 'memory', transport, signal })).rejects.toThrow('too late')
  })

  it('drops the connection at once where it was to be logged out of', async () => {
    const { session, target } = await begin()
    await expect(session.close({ signal })).rejects.toThrow('too late')
    expect((await session.closed).message).toContain('without a logout')
    expect(target.raw.waitingPackets).toBe(0)
  })
})
