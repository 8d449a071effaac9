import { encodeText, LoginRequest, LoginResponse, NopIn, NopOut, RESERVED_TAG } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { settled } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'

const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME }

describe('session reinstatement, RFC 7143 6.3.5', () => {
  it('ends the old session, and answers the login when nothing is left of it', async () => {
    const target = new TestTarget()
    const old = await target.loggedIn()
    old.command({ read: true, expectedDataTransferLength: 512 })
    const [oldNexus] = target.hand.nexuses
    target.hand.endsAtOnce = false
    const fresh = target.connect()
    fresh.requestLogin(NAMES)
    await settled()
    expect(oldNexus?.closedBy).toBe('reinstated')
    expect(old.stream.closed).toBe(true)
    expect([fresh.packets.length, target.hand.nexuses.length]).toEqual([0, 1])
    oldNexus?.end()
    expect((await fresh.expect(LoginResponse)).values).toMatchObject({ status: 0, tsih: 2 })
    expect(target.hand.nexuses).toHaveLength(2)
    expect(target.counted('sessionsReinstated')).toBe(1)
    expect(target.events.filter(({ kind }) => kind === 'connectionEnded')).toMatchObject([
      { state: 'LOGGED_IN', why: 'reinstated' },
    ])
  })

  it('keeps what comes while it waits for the session that it begins', async () => {
    const target = new TestTarget()
    await target.loggedIn()
    target.hand.endsAtOnce = false
    const fresh = target.connect()
    fresh.requestLogin(NAMES)
    fresh.ping()
    await settled()
    target.hand.nexuses[0]?.end()
    expect((await fresh.expect(LoginResponse)).values.status).toBe(0)
    expect((await fresh.expect(NopIn)).values.initiatorTaskTag).toBe(0xabcd)
    expect(fresh.stream.closed).toBe(false)
  })

  it('keeps what comes in one chunk with the login', async () => {
    const target = new TestTarget()
    await target.loggedIn()
    target.hand.endsAtOnce = false
    const fresh = target.connect()
    const login = { transit: true, currentStage: 1, nextStage: 3, isid: fresh.isid, cid: fresh.cid, cmdSN: 1 } as const
    const ping = { immediate: true, initiatorTaskTag: 0xabcd, targetTransferTag: RESERVED_TAG, cmdSN: 1 }
    const data = encodeText(Object.entries(NAMES))
    fresh.stream.feed(Buffer.concat([fresh.bytesOf(LoginRequest, login, { data }), fresh.bytesOf(NopOut, ping)]))
    await settled()
    expect(fresh.packets).toEqual([])
    target.hand.nexuses[0]?.end()
    expect((await fresh.expect(LoginResponse)).values.status).toBe(0)
    expect((await fresh.expect(NopIn)).values.initiatorTaskTag).toBe(0xabcd)
  })

  it('waits for the tasks of a session whose connection is lost already', async () => {
    const target = new TestTarget()
    const old = await target.loggedIn()
    target.hand.endsAtOnce = false
    old.stream.hangUp()
    await settled()
    expect(target.hand.nexus.closedBy).toBe('lost')
    const fresh = target.connect()
    fresh.requestLogin(NAMES)
    await settled()
    expect(fresh.stream.paused).toBe(true)
    target.hand.nexus.end()
    await settled()
    expect(target.server.sessions).toMatchObject([{ tsih: 2 }])
  })

  it('lets other initiators, and other sessions of the same one, alone', async () => {
    const target = new TestTarget()
    const first = await target.loggedIn()
    await target.connect().login({ isid: 77 })
    await target.connect().login({ keys: { InitiatorName: 'iqn.2026-11.example:other' } })
    expect(first.stream.closed).toBe(false)
    expect(target.server.sessions).toHaveLength(3)
  })

  it('is given up when the waiting connection goes, and the next one waits in its place', async () => {
    const target = new TestTarget()
    await target.loggedIn()
    target.hand.endsAtOnce = false
    const second = target.connect()
    second.requestLogin(NAMES)
    await settled()
    second.stream.hangUp()
    await settled()
    const third = target.connect()
    third.requestLogin(NAMES)
    await settled()
    expect(target.hand.nexuses).toHaveLength(1)
    target.hand.nexus.end()
    expect((await third.expect(LoginResponse)).values.status).toBe(0)
    expect(target.hand.nexuses).toHaveLength(2)
    expect(target.server.sessions).toHaveLength(1)
  })

  it('by a third login overtakes a second one that waits', async () => {
    const target = new TestTarget()
    await target.loggedIn()
    target.hand.endsAtOnce = false
    const second = target.connect()
    second.requestLogin(NAMES)
    await settled()
    const third = target.connect()
    third.requestLogin(NAMES)
    await settled()
    expect([second.stream.closed, third.stream.closed]).toEqual([true, false])
    target.hand.nexus.end()
    expect((await third.expect(LoginResponse)).values.status).toBe(0)
    expect(target.hand.nexuses).toHaveLength(2)
  })

  it('does not let what the device server still says of the old tasks reach anybody', async () => {
    const target = new TestTarget()
    const old = await target.loggedIn()
    old.command({ read: true, expectedDataTransferLength: 512 })
    const task = target.hand.nexus.last
    target.hand.endsAtOnce = false
    const fresh = target.connect()
    fresh.requestLogin(NAMES)
    await settled()
    const slot = target.slab.take(4096)
    task.dataLength(512)
    task.send(Buffer.alloc(512), slot)
    task.finish(Status.good)
    expect(target.slab.takenBytes).toBe(0)
    target.hand.nexus.end()
    await fresh.expect(LoginResponse)
    expect(fresh.packets).toEqual([])
  })
})
