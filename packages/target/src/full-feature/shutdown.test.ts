import { AsyncMessage, LogoutResponse, R2T, RESERVED_TAG, Reject, ScsiResponse, TextRequest } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import type { Target } from '../server/target.ts'
import { settled } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'

describe('a shutdown', () => {
  it('asks initiators to log out, takes no commands any more, and lets tasks end', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({})
    const task = target.hand.nexus.last
    const drained = target.server.drain(10_000)
    const { values } = await client.expect(AsyncMessage)
    expect(values).toMatchObject({ event: 1, parameter3: 10, initiatorTaskTag: RESERVED_TAG, statSN: 1, maxCmdSN: 64 })
    client.command({})
    expect((await client.expect(Reject)).values).toMatchObject({ reason: 0x0c, maxCmdSN: 64 })
    task.finish(Status.good)
    expect((await client.expect(ScsiResponse)).values).toMatchObject({ status: 0, maxCmdSN: 64 })
    client.logout()
    await client.expect(LogoutResponse)
    client.stream.hangUp()
    await drained
    expect(target.server.connections).toBe(0)
  })

  it('drops tasks that wait for the data of the initiator', async () => {
    const target = new TestTarget()
    target.hand.onManage = request => request.done('complete')
    const client = await target.loggedIn()
    client.command({ write: true, expectedDataTransferLength: 1024 })
    target.hand.nexus.last.expectData(1024)
    await client.expect(R2T)
    const drained = target.server.drain(10_000)
    await client.expect(AsyncMessage)
    expect((await client.expect(ScsiResponse)).values.status).toBe(2)
    client.stream.hangUp()
    await drained
  })

  it('ends what is left at its deadline, and says so', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const drained = target.server.drain(10_000)
    await client.expect(AsyncMessage)
    await target.pass(11_000)
    await drained
    expect((await client.expect(AsyncMessage)).values).toMatchObject({ event: 2, parameter1: 7, parameter3: 0 })
    expect(client.stream.closed).toBe(true)
  })

  it('waits for operations that are under way, even after their connection is gone', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({})
    target.hand.endsAtOnce = false
    let closed = false
    const closing = target.server.close().then(() => {
      closed = true
    })
    await settled()
    expect([client.stream.closed, closed]).toEqual([true, false])
    target.hand.nexus.end()
    await closing
  })

  it('leaves sessions alone that are ending already, and waits for them', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    target.hand.endsAtOnce = false
    client.stream.hangUp()
    await settled()
    let over = false
    const drained = target.server.drain(5000).then(() => {
      over = true
    })
    await settled()
    expect(over).toBe(false)
    target.hand.nexus.end()
    await drained
    expect(target.server.sessions).toEqual([])
  })

  it('may be asked for twice', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const drained = Promise.all([target.server.drain(5000), target.server.drain(5000)])
    expect((await client.expect(AsyncMessage)).values.event).toBe(1)
    client.stream.hangUp()
    await drained
  })

  it('refuses connections that still come', async () => {
    const target = new TestTarget()
    await target.server.close()
    const client = target.connect()
    expect(client.stream.closed).toBe(true)
    expect(target.counted('connectionsRefused')).toBe(1)
  })
})

describe('an administrator', () => {
  it('may end sessions by what they are', async () => {
    const target = new TestTarget()
    const first = await target.loggedIn()
    const second = target.connect()
    await second.login({ keys: { InitiatorName: 'iqn.2026-11.example:other' } })
    expect(target.server.endSessions(({ initiatorName }) => initiatorName.endsWith('other'))).toBe(1)
    await settled()
    expect([first.stream.closed, second.stream.closed]).toEqual([false, true])
    expect((await second.expect(AsyncMessage)).values.event).toBe(2)
  })

  it('tells those that have to log out when to come back, and counts those that had to be ended', async () => {
    const target = new TestTarget()
    const [obedient, deaf] = [await target.loggedIn(), target.connect()]
    await deaf.login({ keys: { InitiatorName: 'iqn.2026-11.example:deaf' } })
    const drained = target.server.drainSessions(() => true, { graceMs: 2000, comeBackAfterSeconds: 30 })
    expect((await obedient.expect(AsyncMessage)).values).toMatchObject({ event: 1, parameter3: 2 })
    obedient.logout()
    expect((await obedient.expect(LogoutResponse)).values).toMatchObject({ time2Wait: 30 })
    obedient.stream.hangUp()
    await deaf.expect(AsyncMessage)
    await target.pass(2100)
    expect((await deaf.expect(AsyncMessage)).values).toMatchObject({ event: 2, parameter1: 7, parameter2: 30 })
    expect(await drained).toEqual({ sessions: 2, ended: 1 })
  })

  it('says no time below what was negotiated', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const drained = target.server.drainSessions(() => true, { graceMs: 2000, comeBackAfterSeconds: 1 })
    await client.expect(AsyncMessage)
    client.logout()
    expect((await client.expect(LogoutResponse)).values.time2Wait).toBe(2)
    client.stream.hangUp()
    expect(await drained).toEqual({ sessions: 1, ended: 0 })
    expect(await target.server.drainSessions(() => true, { graceMs: 0 })).toEqual({ sessions: 0, ended: 0 })
  })

  it('may have some log out, and ends those that are left when their time is over', async () => {
    const target = new TestTarget()
    const [obedient, deaf, other] = [await target.loggedIn(), target.connect(), target.connect()]
    await deaf.login({ keys: { InitiatorName: 'iqn.2026-11.example:deaf' } })
    await other.login({ keys: { InitiatorName: 'iqn.2026-11.example:other' } })
    let ended: number | undefined
    const ending = target.server
      .logOutSessions(({ initiatorName }) => !initiatorName.endsWith('other'), 1500)
      .then(sessions => {
        ended = sessions
      })
    expect((await obedient.expect(AsyncMessage)).values).toMatchObject({ event: 1, parameter3: 2 })
    expect((await deaf.expect(AsyncMessage)).values).toMatchObject({ event: 1, parameter3: 2 })
    obedient.stream.hangUp()
    await target.pass(1400)
    expect([deaf.stream.closed, ended]).toEqual([false, undefined])
    await target.pass(100)
    await ending
    expect((await deaf.expect(AsyncMessage)).values.event).toBe(2)
    expect([deaf.stream.closed, other.stream.closed, ended]).toEqual([true, false, 2])
  })

  it('has nobody log out where nobody is meant', async () => {
    const target = new TestTarget()
    await target.loggedIn()
    expect(await target.server.logOutSessions(() => false, 0)).toBe(0)
    expect(target.server.sessions).toHaveLength(1)
  })

  it('may take a target away from those who would log in, and leave its sessions', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const [described] = target.server.targets
    expect(target.server.undefine(TARGET_NAME, { remember: false })).toBe(true)
    expect([target.server.wasRemoved(TARGET_NAME), target.server.undefine(TARGET_NAME)]).toEqual([false, false])
    expect((await target.connect().login()).values.status).toBe(0x0203)
    target.server.define(described as Target)
    expect(target.server.undefine(TARGET_NAME)).toBe(true)
    expect(target.server.wasRemoved(TARGET_NAME)).toBe(true)
    expect((await target.connect().login()).values.status).toBe(0x0204)
    expect(client.stream.closed).toBe(false)
  })

  it('may remove a target with its sessions', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    expect(await target.server.remove('iqn.2026-11.io.lunkit:DISK')).toBe(true)
    await settled()
    expect([client.stream.closed, target.server.targets.length]).toEqual([true, 0])
    expect(await target.server.remove('iqn.2026-11.io.lunkit:disk')).toBe(false)
  })
})

describe('a bug of ours', () => {
  it('in a handler ends its connection, is counted and told', async () => {
    const target = new TestTarget()
    target.faultsExpected = 1
    const client = await target.loggedIn()
    const other = target.connect()
    await other.login({ isid: 3 })
    const directory = target.server.targets
    expect(directory).toHaveLength(1)
    let isBroken = false
    target.server.define({
      name: 'iqn.2026-11.io.lunkit:broken',
      get portalGroups() {
        if (isBroken) throw new TypeError('a getter of the caller is broken')
        return []
      },
    })
    isBroken = true
    client.send(
      TextRequest,
      { immediate: true, final: true, targetTransferTag: RESERVED_TAG, initiatorTaskTag: 1 },
      {
        data: Buffer.from('SendTargets=\0'),
      },
    )
    await settled()
    const broken = target.connect()
    broken.requestLogin({ InitiatorName: 'iqn.a', TargetName: 'iqn.2026-11.io.lunkit:broken' })
    await settled()
    expect([client.stream.closed, other.stream.closed, broken.stream.closed]).toEqual([false, false, true])
    expect(target.counted('faults')).toBe(1)
    expect(target.told).toContain('fault')
  })

  it('after the device server was called is loud', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    target.hand.onTask = () => {
      throw new TypeError('the device server is broken')
    }
    expect(() => client.command({})).toThrow('the device server is broken')
    expect(target.counted('faults')).toBe(0)
  })
})
