import { LoginRequest, LoginResponse, NopIn, NopOut, RESERVED_TAG, ScsiCommand } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { connect } from './connect.ts'
import { RawConnection } from './raw-connection.ts'
import { HandTimers } from './testing/hand-timers.ts'
import { memoryPair } from './testing/memory-transport.ts'
import { beginFullFeature, beginSession, FIRST_STAT_SN, ScriptedTarget } from './testing/scripted-target.ts'

const testUnitReady = new Uint8Array(6)

/** A login by a URL, as far as its first request. */
async function byUrl(url: string | URL, options = {}) {
  const [near, far] = memoryPair()
  const target = new ScriptedTarget(await RawConnection.open(far))
  const connecting = connect(url, { transport: near, ...options })
  await target.acceptLogin()
  return { target, session: await connecting }
}

describe('a login by a URL', () => {
  it.each([
    'iscsi://192.0.2.1/iqn.2026-11.io.lunkit:disk/3',
    new URL('iscsi://192.0.2.1/iqn.2026-11.io.lunkit:disk/3'),
  ])('is to the target and the unit of %s', async url => {
    const { session } = await byUrl(url)
    expect(session.unit.number).toBe(3)
    session.destroy()
  })

  it('is to LUN 0 where none is named', async () => {
    const { session } = await byUrl('iscsi://192.0.2.1/iqn.2026-11.io.lunkit:disk')
    expect(session.unit.number).toBe(0)
    session.destroy()
  })

  it.each([
    ['iscsi://192.0.2.1', 'the URL names no target; right is iscsi://host[:port]/target/lun'],
    ['iscsi://user@192.0.2.1/iqn.2026-11.io.lunkit:disk/0', 'the URL has a user name without a password'],
  ])('is refused for %s', async (url, message) => {
    await expect(connect(url)).rejects.toThrow(message)
  })
})

describe('the numbers of a login', () => {
  it.each([
    [0, 0, 1, 0],
    [0xffff_ffff_ffff, 0xffff_ffff, 65_535, 65_535],
  ])('may be as small and as large as there is: ISID %i, CmdSN %i', async (isid, cmdSN, port, portalGroupTag) => {
    const { target } = await beginSession({ isid, cmdSN, port, portalGroupTag } as object)
    expect((await target.raw.expect(LoginRequest)).values).toMatchObject({ isid, cmdSN })
  })

  it('go on from response to response, and a status that skips one ends it', async () => {
    const { target, connecting } = await beginSession()
    const { values } = await target.raw.expect(LoginRequest)
    target.answerLogin(values, [], { transit: false, nextStage: 0 })
    expect((await target.raw.expect(LoginRequest)).values.expStatSN).toBe(FIRST_STAT_SN + 1)
    target.statSN = 200
    target.answerLogin(values, [], { transit: false, nextStage: 0 })
    await expect(connecting).rejects.toThrow('a status came with StatSN 200, 101 was next')
  })

  it('open the command window as far as the last response says', async () => {
    const { target, connecting } = await beginSession({ securityStage: true })
    target.maxCmdSN = 1
    const { values } = await target.raw.expect(LoginRequest)
    target.answerLogin(values, [['AuthMethod', 'None']])
    target.maxCmdSN = 2
    await target.acceptLogin()
    const session = await connecting
    for (let i = 0; i < 3; i++) session.execute({ lun: 0, cdb: testUnitReady }).result.catch(() => undefined)
    await target.raw.expect(ScsiCommand)
    expect((await target.raw.expect(ScsiCommand)).values.cmdSN).toBe(2)
    void session.ping().catch(() => undefined)
    await target.raw.expect(NopOut)
    session.destroy()
  })

  it('say after how many requests it is given up', async () => {
    const { target, connecting } = await beginSession()
    for (let request = 1; request <= 33; request++) {
      const { values } = await target.raw.expect(LoginRequest)
      target.answerLogin(values, [], { transit: false, nextStage: 0 })
    }
    await expect(connecting).rejects.toThrow('the login took more than 32 requests')
  })

  it('may be 32 requests', async () => {
    const { target, connecting } = await beginSession()
    for (let request = 1; request <= 31; request++) {
      const { values } = await target.raw.expect(LoginRequest)
      target.answerLogin(values, [], { transit: false, nextStage: 0 })
    }
    await target.acceptLogin()
    await expect(connecting).rejects.toThrow('was not answered')
  })
})

describe('what comes after the end of a login', () => {
  it('is passed over where the target has refused it', async () => {
    const { target, connecting } = await beginSession()
    const { values } = await target.raw.expect(LoginRequest)
    const refusal = target.raw.bytesOf(LoginResponse, { isid: values.isid, statSN: 100, status: 0x0201 })
    const more = target.raw.bytesOf(NopIn, { initiatorTaskTag: RESERVED_TAG })
    target.raw.sendBytes(Buffer.concat([refusal, more]))
    await expect(connecting).rejects.toThrow('authenticationFailure')
    await target.raw.closed
  })

  it('may be no longer than the initiator has declared', async () => {
    const { session, target } = await beginFullFeature({ offers: { MaxRecvDataSegmentLength: 512 } })
    const numbers = { initiatorTaskTag: RESERVED_TAG, targetTransferTag: RESERVED_TAG }
    target.tell(NopIn, numbers, { data: Buffer.alloc(512) })
    const pong = session.ping()
    const { initiatorTaskTag } = (await target.raw.expect(NopOut)).values
    target.answer(NopIn, { initiatorTaskTag })
    await pong
    target.tell(NopIn, numbers, { data: Buffer.alloc(513) })
    const reason = await session.closed
    expect([reason.name, reason.message]).toEqual(['ProtocolError', expect.stringContaining('513')])
  })
})

describe('the watch over a silent target', () => {
  it('waits as long as usual for what is not said', async () => {
    const timers = new HandTimers()
    const { session, target } = await beginFullFeature({ timers, keepAlive: { intervalMs: 10 } })
    await timers.pass(20)
    await target.raw.expect(NopOut)
    await timers.pass(4999)
    expect(timers.pending).toBe(1)
    await timers.pass(1)
    expect((await session.closed).message).toBe('the target was silent for 5010 ms')
  })

  it('looks once a millisecond for an answer that has less than four', async () => {
    const timers = new HandTimers()
    const { session } = await beginFullFeature({ timers, keepAlive: { intervalMs: 10, timeoutMs: 3 } })
    await timers.pass(23)
    expect(timers.pending).toBe(1)
    await timers.pass(1)
    expect((await session.closed).message).toBe('the target was silent for 13 ms')
  })

  it('waits in four parts anew for each ping', async () => {
    const timers = new HandTimers()
    const { session, target } = await beginFullFeature({ timers, keepAlive: { intervalMs: 100, timeoutMs: 40 } })
    await timers.pass(200)
    const { initiatorTaskTag } = (await target.raw.expect(NopOut)).values
    await timers.pass(30) // three of four parts
    target.answer(NopIn, { initiatorTaskTag })
    await new Promise(resolve => setImmediate(resolve))
    await timers.pass(10)
    await timers.pass(100)
    await target.raw.expect(NopOut)
    await timers.pass(39)
    expect(timers.pending).toBe(1)
    await timers.pass(1)
    await session.closed
  })
})
