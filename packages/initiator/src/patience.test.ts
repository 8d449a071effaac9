import { NopIn, NopOut, TaskManagementRequest, TaskManagementResponse, TextRequest } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { connect } from './connect.ts'
import { discover } from './discover.ts'
import { TimeoutError } from './error.ts'
import type { CommandRequest } from './task.ts'
import { HandTimers } from './testing/hand-timers.ts'
import { beginFullFeature, beginSession, scripted } from './testing/scripted-target.ts'

const read10 = Uint8Array.of(0x28, 0, 0, 0, 0, 0x10, 0, 0, 1, 0)
const write10 = Uint8Array.of(0x2a, 0, 0, 0, 0, 0x10, 0, 0, 1, 0)
const reading: CommandRequest = { lun: 3, cdb: read10, read: 512, name: 'READ (10)' }
const writing: CommandRequest = { lun: 3, cdb: write10, write: Buffer.alloc(512), name: 'WRITE (10)' }

async function begin() {
  const timers = new HandTimers()
  return { timers, ...(await beginFullFeature({ timers, keepAlive: false })) }
}

describe('a command that cannot be', () => {
  it('is refused, though its signal was aborted before', async () => {
    const { session } = await begin()
    const patience = { signal: AbortSignal.abort() }
    expect(() => session.execute({ ...reading, lun: -1 }, patience)).toThrow(RangeError)
    expect(session.pendingCommands).toBe(0)
  })
})

describe('a command that takes too long', () => {
  it('rejects with what it was and how long that was, and is aborted', async () => {
    const { timers, session, target } = await begin()
    const { result } = session.execute(reading, { timeoutMs: 1000 })
    const { initiatorTaskTag } = (await target.command()).values
    await timers.pass(1000)
    await expect(result).rejects.toThrow(new TimeoutError('READ (10) of LUN 3 took longer than 1000 ms', 1000))
    const abort = await target.raw.expect(TaskManagementRequest)
    expect(abort.values).toMatchObject({
      function: 1,
      referencedTaskTag: initiatorTaskTag,
      lun: 0x0003_0000_0000_0000n,
    })
    target.answer(TaskManagementResponse, { initiatorTaskTag: abort.values.initiatorTaskTag })
    const pong = session.ping()
    target.answer(NopIn, { initiatorTaskTag: (await target.raw.expect(NopOut)).values.initiatorTaskTag })
    await pong
    expect(session.pendingCommands).toBe(0)
    expect(timers.pending).toBe(0)
  })

  it('drops the connection when the abort is not answered either', async () => {
    const { timers, session, target } = await begin()
    const { result } = session.execute(reading, { timeoutMs: 1000 })
    await target.command()
    await timers.pass(1000)
    await expect(result).rejects.toThrow(TimeoutError)
    await timers.pass(2000)
    expect((await session.closed).message).toBe('the connection was dropped: a command could not be aborted')
  })

  it('has its memory to itself until it is aborted: a write rejects when that is answered', async () => {
    const { timers, session, target } = await begin()
    let rejected = false
    const { result } = session.execute(writing, { timeoutMs: 1000 })
    result.catch(() => {
      rejected = true
    })
    await target.command()
    await timers.pass(1000)
    const abort = await target.raw.expect(TaskManagementRequest)
    expect(rejected).toBe(false)
    target.answer(TaskManagementResponse, { initiatorTaskTag: abort.values.initiatorTaskTag })
    await expect(result).rejects.toThrow('WRITE (10) of LUN 3 took longer than 1000 ms')
  })

  it('is given the time of the session when it has none of its own', async () => {
    const timers = new HandTimers()
    const { session, target } = await beginFullFeature({ timers, keepAlive: false, commandTimeoutMs: 500 })
    const { result } = session.execute(reading)
    await target.command()
    await timers.pass(500)
    await expect(result).rejects.toThrow('took longer than 500 ms')
  })

  it('leaves nothing behind when it ends in time', async () => {
    const { timers, session, target } = await begin()
    const { result } = session.execute(reading, { timeoutMs: 1000 })
    target.end((await target.command()).values.initiatorTaskTag)
    expect((await result).status).toBe(0)
    expect(timers.pending).toBe(0)
  })
})

describe('a signal', () => {
  it('takes a command back, which rejects with its reason', async () => {
    const { session, target } = await begin()
    const controller = new AbortController()
    const { result } = session.execute(reading, { signal: controller.signal })
    await target.command()
    controller.abort(new Error('the user left'))
    await expect(result).rejects.toThrow('the user left')
    expect((await target.raw.expect(TaskManagementRequest)).values.function).toBe(1)
  })

  it('that was aborted before sends nothing', async () => {
    const { session, target } = await begin()
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(session.execute(reading, { signal }).result).rejects.toThrow('too late')
    await expect(session.ping(new Uint8Array(0), { signal })).rejects.toThrow('too late')
    expect(session.pendingCommands).toBe(0)
    expect(target.raw.waitingPackets).toBe(0)
  })

  it('takes back a command that waits for the window, of which the target never hears', async () => {
    const { session, target } = await begin()
    for (let i = 0; i < 65; i++) session.execute(reading)
    const controller = new AbortController()
    const { result } = session.execute(reading, { signal: controller.signal })
    for (let i = 0; i < 65; i++) await target.command()
    controller.abort(new Error('not any more'))
    await expect(result).rejects.toThrow('not any more')
    expect(target.raw.waitingPackets).toBe(0)
  })

  it('ends pings and texts, whose late answers harm nobody', async () => {
    const { session, target } = await begin()
    const controller = new AbortController()
    const ping = session.ping(Buffer.from('x'), { signal: controller.signal })
    const text = session.text([['SendTargets', 'All']], { signal: controller.signal })
    const { initiatorTaskTag } = (await target.raw.expect(NopOut)).values
    await target.raw.expect(TextRequest)
    controller.abort(new Error('enough'))
    await expect(ping).rejects.toThrow('enough')
    await expect(text).rejects.toThrow('enough')
    target.answer(NopIn, { initiatorTaskTag }, { data: Buffer.from('x') })
    const { result } = session.execute(reading)
    target.end((await target.command()).values.initiatorTaskTag)
    expect((await result).status).toBe(0)
  })

  it('ends a login, and the connection with it', async () => {
    const controller = new AbortController()
    const { target, connecting } = await beginSession({ signal: controller.signal })
    controller.abort(new Error('not today'))
    await expect(connecting).rejects.toThrow('not today')
    await target.raw.closed
  })

  it('ends a connection that is being made', async () => {
    let unwanted: AbortSignal | undefined
    const transport = (_: unknown, signal?: AbortSignal) => {
      unwanted = signal
      return new Promise<never>(() => undefined)
    }
    const controller = new AbortController()
    const connecting = connect({ ...scripted, transport, signal: controller.signal })
    controller.abort(new Error('not today'))
    await expect(connecting).rejects.toThrow('not today')
    expect(unwanted?.aborted).toBe(true)
  })

  it('ends a logout by dropping the connection', async () => {
    const { session } = await begin()
    const controller = new AbortController()
    const closing = session.close({ signal: controller.signal })
    controller.abort(new Error('at once'))
    await expect(closing).rejects.toThrow('at once')
    expect((await session.closed).message).toContain('dropped without a logout')
  })
})

describe('a login, a logout and a discovery', () => {
  it('take no longer than they are given', async () => {
    const timers = new HandTimers()
    const { connecting } = await beginSession({ timers, timeoutMs: 100 })
    await timers.pass(100)
    await expect(connecting).rejects.toThrow(new TimeoutError('the login at memory took longer than 100 ms', 100))

    const other = await begin()
    const closing = other.session.close({ timeoutMs: 50 })
    closing.catch(() => undefined) // looked at below
    await other.timers.pass(50)
    await expect(closing).rejects.toThrow('the logout took longer than 50 ms')
    await other.session.closed

    const transport = () => new Promise<never>(() => undefined)
    const asking = discover({ host: 'memory', transport, timers, timeoutMs: 70 })
    asking.catch(() => undefined) // looked at below
    await timers.pass(70)
    await expect(asking).rejects.toThrow('discovery took longer than 70 ms')
  })
})
