import { LoginResponse, LoginStage, LogoutResponse, NopIn, ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { settled, textOf } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget, type TestTargetOptions } from '../testing/test-target.ts'

const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME }

/** A session that has had two commands, and a connection that is not logged in. */
async function withSession(options: TestTargetOptions = {}, keys: Readonly<Record<string, string>> = {}) {
  const target = new TestTarget(options)
  const old = await target.loggedIn(keys)
  for (let i = 0; i < 2; i++) {
    old.command({ read: true })
    target.hand.nexus.last.finish(Status.good)
    await old.expect(ScsiResponse)
  }
  return { target, old, fresh: target.connect() }
}

describe('connection reinstatement, RFC 7143 6.3.4 (same ISID, TSIH and CID)', () => {
  it('puts the connection in the place of the old one: the session keeps its handle and its numbers', async () => {
    const { target, old, fresh } = await withSession()
    const { values } = await fresh.login({ tsih: 1, cmdSN: old.cmdSN })
    expect(values).toMatchObject({ status: 0, transit: true, tsih: 1, statSN: 0, expCmdSN: 3, maxCmdSN: 66 })
    expect(old.stream.closed).toBe(true)
    expect(target.server.sessions).toMatchObject([{ tsih: 1 }])
    expect(target.hand.nexuses.map(({ closedBy }) => closedBy)).toEqual(['connectionReinstated', undefined])
    expect(target.hand.nexuses[1]?.name).toEqual(target.hand.nexuses[0]?.name)
    const tag = fresh.command({ read: true })
    target.hand.nexus.last.finish(Status.good)
    expect((await fresh.expect(ScsiResponse)).values).toMatchObject({ initiatorTaskTag: tag, statSN: 1, expCmdSN: 4 })
    expect([target.counted('connectionsReinstated'), target.counted('sessionsStarted')]).toEqual([1, 1])
    expect([target.counted('sessionsOpen'), target.counted('sessionsReinstated')]).toEqual([1, 0])
    expect(target.events.filter(({ kind }) => kind === 'connectionEnded')).toMatchObject([
      { state: 'LOGGED_IN', why: 'connectionReinstated' },
    ])
  })

  it('ends the tasks of the old connection without a word, and waits for the last of them (11.14)', async () => {
    const { target, old, fresh } = await withSession()
    old.command({ read: true, expectedDataTransferLength: 512 })
    target.hand.endsAtOnce = false
    fresh.requestLogin(NAMES, { tsih: 1, cmdSN: old.cmdSN })
    await settled()
    expect([old.stream.closed, old.packets.length, fresh.packets.length]).toEqual([true, 0, 0])
    target.hand.nexuses[0]?.end()
    expect((await fresh.expect(LoginResponse)).values).toMatchObject({ status: 0, tsih: 1, expCmdSN: 4 })
    expect(fresh.packets).toEqual([])
  })

  it('discards commands that waited for one with a lower number; their numbers come again (11.14)', async () => {
    const { target, old, fresh } = await withSession()
    const missing = old.cmdSN
    old.command({ read: true, cmdSN: missing + 1 })
    await settled()
    await fresh.login({ tsih: 1, cmdSN: missing })
    fresh.command({ read: true, cmdSN: missing })
    fresh.command({ read: true, cmdSN: missing + 1 })
    await settled()
    expect(target.hand.nexus.tasks).toHaveLength(2)
  })

  it('keeps what the leading connection has agreed on for the session', async () => {
    const parameters = { MaxBurstLength: 4096, ImmediateData: true, HeaderDigest: ['CRC32C', 'None'] as const }
    const { fresh } = await withSession({ parameters }, { MaxBurstLength: '1024', ImmediateData: 'No' })
    const own = { SessionType: 'Normal', HeaderDigest: 'CRC32C', MaxRecvDataSegmentLength: '4096' }
    const response = await fresh.login({ tsih: 1, cmdSN: 3, keys: { ...own, MaxBurstLength: '16384' } })
    expect(response.values.status).toBe(0)
    // RFC 7143 13.13: only the leading connection negotiates it.
    expect(Object.fromEntries(textOf(response))).toMatchObject({ HeaderDigest: 'CRC32C', MaxBurstLength: 'Reject' })
    const bytes = Buffer.alloc(512)
    fresh.command({ write: true, expectedDataTransferLength: 512 }, { data: bytes })
    expect((await fresh.expect(ScsiResponse)).values.status).toBe(2)
  })

  it('offers no number of the session anew', async () => {
    const { fresh } = await withSession(
      { parameters: { DefaultTime2Retain: 0, FirstBurstLength: 8192 } },
      {
        DefaultTime2Retain: '0',
        FirstBurstLength: '8192',
      },
    )
    const response = await fresh.login({ tsih: 1, cmdSN: 3 })
    expect(response.values).toMatchObject({ status: 0, transit: true })
    expect([...textOf(response).keys()].sort()).toEqual([
      'MaxRecvDataSegmentLength',
      'TargetAlias',
      'TargetPortalGroupTag',
    ])
  })

  it('answers earlier requests of its login with the numbers of the session', async () => {
    const { fresh } = await withSession()
    fresh.requestLogin(NAMES, { tsih: 1, cmdSN: 1, transit: false })
    expect((await fresh.expect(LoginResponse)).values).toMatchObject({ tsih: 1, expCmdSN: 3, maxCmdSN: 66 })
  })

  it('also takes place in a discovery session', async () => {
    const target = new TestTarget()
    await target.loggedIn({ SessionType: 'Discovery' })
    const fresh = target.connect()
    expect((await fresh.login({ tsih: 1, keys: { SessionType: 'Discovery' } })).values).toMatchObject({
      status: 0,
      tsih: 1,
    })
    fresh.logout()
    expect((await fresh.expect(LogoutResponse)).values.response).toBe(0)
    await settled()
    expect(target.server.sessions).toEqual([])
  })
})

describe('a login that would reinstate a connection', () => {
  it.each([
    ['of another initiator', {}, { InitiatorName: 'iqn.2026-11.example:other' }, 0x020a],
    ['of another session', { tsih: 2 }, {}, 0x020a],
    ['of another ISID', { isid: 77 }, {}, 0x020a],
    ['of another kind of session', {}, { SessionType: 'Discovery' }, 0x020a],
    ['of another connection', { cid: 5 }, {}, 0x0206],
    ['with a key that makes no sense', {}, { MaxRecvDataSegmentLength: '1' }, 0x0200],
  ])('%s is refused, and leaves the session alone', async (_what, values, keys, status) => {
    const { target, old, fresh } = await withSession()
    fresh.requestLogin({ ...NAMES, ...keys }, { tsih: 1, cmdSN: 3, ...values })
    expect((await fresh.expect(LoginResponse)).values.status).toBe(status)
    old.ping()
    expect((await old.expect(NopIn)).values.expCmdSN).toBe(3)
    expect(target.server.sessions).toHaveLength(1)
  })

  it('leaves the session alone until it is done', async () => {
    const { target, old, fresh } = await withSession()
    const stages = { currentStage: LoginStage.securityNegotiation, nextStage: LoginStage.operationalNegotiation }
    fresh.requestLogin({ ...NAMES, AuthMethod: 'None' }, { tsih: 1, cmdSN: 3, ...stages })
    expect((await fresh.expect(LoginResponse)).values.status).toBe(0)
    old.ping()
    await old.expect(NopIn)
    fresh.stream.hangUp()
    await settled()
    expect([old.stream.closed, target.server.sessions.length]).toEqual([false, 1])
  })

  it('is refused with 020a when the session has ended meanwhile', async () => {
    const { target, old, fresh } = await withSession()
    fresh.requestLogin(NAMES, { tsih: 1, cmdSN: 3, transit: false })
    expect((await fresh.expect(LoginResponse)).values.status).toBe(0)
    old.stream.hangUp()
    await settled()
    fresh.requestLogin({}, { tsih: 1, cmdSN: 3 })
    expect((await fresh.expect(LoginResponse)).values.status).toBe(0x020a)
    expect(target.server.sessions).toEqual([])
  })

  it('of a session that is being logged out is refused with 020a', async () => {
    const { target, old, fresh } = await withSession()
    target.hand.endsAtOnce = false
    old.logout()
    await settled()
    fresh.requestLogin(NAMES, { tsih: 1, cmdSN: 3 })
    expect((await fresh.expect(LoginResponse)).values.status).toBe(0x020a)
    target.hand.nexus.end()
    expect((await old.expect(LogoutResponse)).values.response).toBe(0)
  })

  it('and gives up while it waits takes the session with it', async () => {
    const { target, fresh } = await withSession()
    target.hand.endsAtOnce = false
    fresh.requestLogin(NAMES, { tsih: 1, cmdSN: 3 })
    await settled()
    fresh.stream.hangUp()
    await settled()
    target.hand.nexus.end()
    await settled()
    expect(target.server.sessions).toEqual([])
  })

  it('is overtaken by one that begins the session anew', async () => {
    const { target, fresh } = await withSession()
    target.hand.endsAtOnce = false
    fresh.requestLogin(NAMES, { tsih: 1, cmdSN: 3 })
    await settled()
    const third = target.connect()
    third.requestLogin(NAMES)
    await settled()
    expect([fresh.stream.closed, third.packets.length]).toEqual([true, 0])
    target.hand.nexus.end()
    expect((await third.expect(LoginResponse)).values).toMatchObject({ status: 0, tsih: 2 })
    expect(target.server.sessions).toMatchObject([{ tsih: 2 }])
  })
})
