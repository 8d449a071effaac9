import { LoginRequest, LoginResponse, LoginStage, NopOut, RESERVED_TAG, ScsiCommand } from '@lunkit/pdu'
import { afterEach, describe, expect, it } from 'vitest'
import { settled, textOf } from '../testing/test-client.ts'
import { reasonsTold, TARGET_NAME, TestTarget } from '../testing/test-target.ts'

// What an administrator is told of it is kept word by word.
afterEach(() => {
  expect(reasonsTold()).toMatchSnapshot()
})

const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME }
const SECURITY = LoginStage.securityNegotiation
const OPERATIONAL = LoginStage.operationalNegotiation

/** A login's status, and whether the target has closed its side. */
async function refusalOf(
  target: TestTarget,
  keys: Readonly<Record<string, string>>,
  values: Parameters<ReturnType<TestTarget['connect']>['requestLogin']>[1] = {},
) {
  const client = target.connect()
  client.requestLogin(keys, values)
  const response = await client.expect(LoginResponse)
  return { status: response.values.status, closed: client.stream.ended, response }
}

describe('a login', () => {
  it('that wants the defaults is over with one exchange', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.requestLogin(NAMES, { cmdSN: 123, isid: 0x00023d000001, initiatorTaskTag: 0x77 })
    const { values, ...rest } = await client.expect(LoginResponse)
    expect(values).toMatchObject({
      transit: true,
      currentStage: OPERATIONAL,
      nextStage: LoginStage.fullFeaturePhase,
      status: 0,
      isid: 0x00023d000001,
      tsih: 1,
      initiatorTaskTag: 0x77,
      statSN: 0,
      expCmdSN: 123,
      maxCmdSN: 186,
    })
    expect(textOf({ values, ...rest })).toEqual(
      new Map([
        ['TargetPortalGroupTag', '1'],
        ['TargetAlias', 'a disk'],
        ['MaxRecvDataSegmentLength', '262144'],
      ]),
    )
    expect(target.told).toEqual(['sessionStarted'])
    expect(target.hand.nexus.name).toEqual({
      initiatorName: 'iqn.2026-11.example:host',
      isid: 0x00023d000001,
      targetName: TARGET_NAME,
      targetPortalGroupTag: 1,
    })
  })

  it('of a Linux kernel is answered byte for byte as expected', async () => {
    const target = new TestTarget({ group: { parameters: { MaxRecvDataSegmentLength: 262_144 } } })
    target.server.define({ name: 'iqn.2022-08.com.test:wire', alias: 'LIO Target', portalGroups: [target.group] })
    const client = target.connect()
    // What open-iscsi 2.1.8 sent to LIO: the header, and the text that follows it.
    const header = '43870000000001b900023d00000100000000000000000000000000000000000000000000000000000000000000000000'
    const text =
      'InitiatorName=iqn.1993-08.org.debian:01:3cb3a9b05a9e\0InitiatorAlias=guest\0TargetName=iqn.2022-08.com.test:wire\0' +
      'SessionType=Normal\0HeaderDigest=None\0DataDigest=None\0DefaultTime2Wait=2\0DefaultTime2Retain=0\0IFMarker=No\0' +
      'OFMarker=No\0ErrorRecoveryLevel=0\0InitialR2T=No\0ImmediateData=Yes\0MaxBurstLength=16776192\0' +
      'FirstBurstLength=262144\0MaxOutstandingR2T=1\0MaxConnections=1\0DataPDUInOrder=Yes\0DataSequenceInOrder=Yes\0' +
      'MaxRecvDataSegmentLength=262144\0'
    const answer: Buffer[] = []
    client.stream.received = bytes => answer.push(bytes)
    client.stream.feed(Buffer.concat([Buffer.from(header, 'hex'), Buffer.from(text), Buffer.alloc(3)]))
    await settled()
    const bytes = Buffer.concat(answer)
    // Login Response: T, CSG 1, NSG 3; ISID and a TSIH of 1; StatSN 0, ExpCmdSN 0, MaxCmdSN 63; status 0000.
    expect(bytes.subarray(0, 48).toString('hex')).toBe(
      '238700000000016300023d0000010001000000000000000000000000000000000000003f000000000000000000000000',
    )
    // LIO answers these keys with these values too.
    expect(bytes.subarray(48).toString().split('\0').sort().join(' ').trim()).toBe(
      'DataDigest=None DataPDUInOrder=Yes DataSequenceInOrder=Yes DefaultTime2Retain=0 DefaultTime2Wait=2 ' +
        'ErrorRecoveryLevel=0 FirstBurstLength=65536 HeaderDigest=None IFMarker=No ImmediateData=Yes InitialR2T=Yes ' +
        'MaxBurstLength=262144 MaxConnections=1 MaxOutstandingR2T=1 MaxRecvDataSegmentLength=262144 OFMarker=No ' +
        'TargetAlias=LIO Target TargetPortalGroupTag=1',
    )
  })

  it('goes through the security stage with AuthMethod None', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.requestLogin({ ...NAMES, AuthMethod: 'CHAP,None' }, { currentStage: SECURITY, nextStage: OPERATIONAL })
    const first = await client.expect(LoginResponse)
    expect(first.values).toMatchObject({
      transit: true,
      continues: false,
      versionMax: 0,
      versionActive: 0,
      currentStage: SECURITY,
      nextStage: OPERATIONAL,
      status: 0,
      isid: 0x8000_0000_0001,
      tsih: 0,
      initiatorTaskTag: 1,
      statSN: 0,
      expCmdSN: 1,
      maxCmdSN: 1,
    })
    expect(Object.fromEntries(textOf(first))).toEqual({
      AuthMethod: 'None',
      TargetPortalGroupTag: '1',
      TargetAlias: 'a disk',
    })
    client.requestLogin({ HeaderDigest: 'CRC32C,None' })
    const last = await client.expect(LoginResponse)
    expect(last.values).toMatchObject({ transit: true, nextStage: LoginStage.fullFeaturePhase, tsih: 1, statSN: 1 })
    expect(textOf(last)).toEqual(
      new Map([
        ['HeaderDigest', 'None'],
        ['MaxRecvDataSegmentLength', '262144'],
      ]),
    )
  })

  it('may go from the security stage to the full feature phase where the defaults suit the target', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.requestLogin(NAMES, { currentStage: SECURITY, nextStage: LoginStage.fullFeaturePhase })
    expect((await client.expect(LoginResponse)).values).toMatchObject({ transit: true, nextStage: 3, tsih: 1 })
  })

  it('is sent to the operational stage where the defaults do not suit the target', async () => {
    const target = new TestTarget({ parameters: { FirstBurstLength: 8192 } })
    const client = target.connect()
    client.requestLogin(NAMES, { currentStage: SECURITY, nextStage: LoginStage.fullFeaturePhase })
    expect((await client.expect(LoginResponse)).values).toMatchObject({ transit: true, nextStage: OPERATIONAL })
  })

  it('is held in the operational stage until the initiator has answered what the target needs', async () => {
    const target = new TestTarget({ parameters: { FirstBurstLength: 8192 } })
    const client = target.connect()
    client.requestLogin(NAMES)
    const first = await client.expect(LoginResponse)
    expect(first.values.transit).toBe(false)
    expect(textOf(first).get('FirstBurstLength')).toBe('8192')
    client.requestLogin({ FirstBurstLength: '4096' })
    expect((await client.expect(LoginResponse)).values).toMatchObject({ transit: true, tsih: 1 })
  })

  it('may not use keys of a method that was not agreed on: 0201', async () => {
    const client = new TestTarget().connect()
    const values = { currentStage: SECURITY, nextStage: OPERATIONAL }
    client.requestLogin({ ...NAMES, AuthMethod: 'None' }, { ...values, transit: false, nextStage: 0 })
    expect((await client.expect(LoginResponse)).values.status).toBe(0)
    client.requestLogin({ CHAP_A: '5' }, values)
    expect((await client.expect(LoginResponse)).values.status).toBe(0x0201)
    expect(client.stream.ended).toBe(true)
  })

  it('compares names without regard to case', async () => {
    const target = new TestTarget()
    const keys = { InitiatorName: 'IQN.2026-11.Example:HOST', TargetName: TARGET_NAME.toUpperCase() }
    expect((await target.connect().login({ keys })).values.status).toBe(0)
    expect(target.hand.nexus.name).toMatchObject({
      initiatorName: 'iqn.2026-11.example:host',
      targetName: TARGET_NAME,
    })
  })
})

describe('a login is refused', () => {
  it('without an InitiatorName: 0207, missing parameter', async () => {
    const { status, closed, response } = await refusalOf(new TestTarget(), { TargetName: TARGET_NAME })
    expect([status, closed]).toEqual([0x0207, true])
    expect(response.values).toMatchObject({ transit: false, currentStage: 0, nextStage: 0 })
  })

  it('without a TargetName in a normal session: 0207', async () => {
    expect(await refusalOf(new TestTarget(), { InitiatorName: 'iqn.2026-11.example:host' })).toMatchObject({
      status: 0x0207,
    })
  })

  it('for a target that is not there: 0203, not found', async () => {
    const target = new TestTarget()
    expect((await refusalOf(target, { ...NAMES, TargetName: 'iqn.2026-11.io.lunkit:other' })).status).toBe(0x0203)
    expect(target.events[0]).toMatchObject({
      kind: 'loginRefused',
      reason: 'there is no target iqn.2026-11.io.lunkit:other',
    })
  })

  it('for a target that is not at this portal: 0203', async () => {
    const target = new TestTarget({ group: { portals: [{ host: '192.0.2.1', port: 3261 }] } })
    expect((await refusalOf(target, NAMES)).status).toBe(0x0203)
  })

  it('for a target that was removed: 0204, target removed', async () => {
    const target = new TestTarget()
    await target.server.remove(TARGET_NAME)
    expect((await refusalOf(target, NAMES)).status).toBe(0x0204)
  })

  it('for a version range without 0: 0205, unsupported version', async () => {
    const target = new TestTarget()
    expect((await refusalOf(target, NAMES, { versionMin: 1, versionMax: 2 })).status).toBe(0x0205)
  })

  it('for a disabled portal group: 0301, service unavailable', async () => {
    expect((await refusalOf(new TestTarget({ group: { enabled: false } }), NAMES)).status).toBe(0x0301)
  })

  it('to an initiator that may not log in: 0202, authorization failure', async () => {
    const target = new TestTarget({ group: { access: () => undefined } })
    expect((await refusalOf(target, NAMES)).status).toBe(0x0202)
    expect(target.counted('loginsAuthorizationFailed')).toBe(1)
  })

  it('where authentication is required: 0201, authentication failure', async () => {
    const target = new TestTarget({ access: { authenticationRequired: true } })
    expect((await refusalOf(target, { ...NAMES, AuthMethod: 'CHAP' }, { currentStage: SECURITY })).status).toBe(0x0201)
    expect((await refusalOf(target, { ...NAMES, AuthMethod: 'None' }, { currentStage: SECURITY })).status).toBe(0x0201)
    expect((await refusalOf(target, NAMES)).status).toBe(0x0201)
    expect(target.counted('loginsAuthenticationFailed')).toBe(3)
    expect(target.hand.nexuses).toEqual([])
  })

  it('where the initiator takes no method but CHAP: 0201', async () => {
    const target = new TestTarget()
    expect((await refusalOf(target, { ...NAMES, AuthMethod: 'CHAP' }, { currentStage: SECURITY })).status).toBe(0x0201)
  })

  it('in a discovery session where discovery requires authentication: 0201', async () => {
    const target = new TestTarget({ discovery: { authenticationRequired: true } })
    expect((await refusalOf(target, { ...NAMES, SessionType: 'Discovery' })).status).toBe(0x0201)
  })

  it('for a session type that is neither: 0209', async () => {
    expect((await refusalOf(new TestTarget(), { ...NAMES, SessionType: 'Other' })).status).toBe(0x0209)
  })

  it('for a key that comes twice: 0200, initiator error', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.requestLogin(NAMES, { transit: false })
    await client.expect(LoginResponse)
    client.requestLogin({ InitiatorName: 'iqn.2026-11.example:other' })
    expect((await client.expect(LoginResponse)).values.status).toBe(0x0200)
  })

  it('for a text that is none: 0200', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.send(LoginRequest, { currentStage: OPERATIONAL }, { data: Buffer.from('InitiatorName') })
    expect((await client.expect(LoginResponse)).values.status).toBe(0x0200)
    expect(client.stream.ended).toBe(true)
  })

  it('when ISID, TSIH or CID change within it: 0200', async () => {
    for (const change of [{ isid: 3 }, { tsih: 4 }, { cid: 5 }]) {
      const target = new TestTarget()
      const client = target.connect()
      client.requestLogin(NAMES, { transit: false })
      await client.expect(LoginResponse)
      client.requestLogin({}, change)
      expect((await client.expect(LoginResponse)).values.status).toBe(0x0200)
    }
  })

  it('when it takes more requests than any login needs: 0200', async () => {
    const target = new TestTarget({ limits: { loginRequests: 6 } })
    const client = target.connect()
    client.requestLogin(NAMES, { transit: false })
    for (let i = 0; i < 6; i++) client.requestLogin({}, { transit: false })
    await settled()
    expect(client.packets.map(({ values }) => values['status'])).toEqual([0, 0, 0, 0, 0, 0, 0x0200])
  })

  it('when another PDU comes in it: 020b, invalid during login', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.requestLogin(NAMES, { transit: false })
    await client.expect(LoginResponse)
    client.send(NopOut, { immediate: true, initiatorTaskTag: 1, targetTransferTag: RESERVED_TAG })
    expect((await client.expect(LoginResponse)).values.status).toBe(0x020b)
  })

  it('without an answer, when something else comes first', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.send(ScsiCommand, { final: true })
    await settled()
    expect([client.packets.length, client.stream.closed]).toEqual([0, true])
    expect(target.events.at(-1)).toMatchObject({ kind: 'connectionEnded', state: 'XPT_UP', why: 'protocolError' })
  })

  it('when the target is shutting down: 0301', async () => {
    const target = new TestTarget()
    const client = target.connect()
    const session = await target.loggedIn()
    const drained = target.server.drain(5000)
    expect(client.stream.closed).toBe(true)
    session.stream.hangUp()
    await drained
  })
})

describe('a login for an existing session', () => {
  it('that adds a connection is refused: 0206, too many connections', async () => {
    const target = new TestTarget()
    await target.loggedIn()
    const other = target.connect()
    expect((await other.login({ tsih: 1, cid: 99 })).values.status).toBe(0x0206)
    expect(target.server.sessions).toHaveLength(1)
  })

  it('that names a session which is not there is refused: 020a, session does not exist', async () => {
    const target = new TestTarget()
    await target.loggedIn()
    expect((await target.connect().login({ tsih: 2 })).values.status).toBe(0x020a)
    expect((await target.connect().login({ tsih: 1, isid: 5 })).values.status).toBe(0x020a)
    expect((await target.connect().login({ tsih: 1, keys: { InitiatorName: 'iqn.b' } })).values.status).toBe(0x020a)
    expect(target.server.sessions).toHaveLength(1)
  })
})

describe('the time that a login may take', () => {
  it('is limited before the first request', async () => {
    const target = new TestTarget({ limits: { loginTimeMs: 5000 } })
    const client = target.connect()
    await target.pass(4900)
    expect(client.stream.closed).toBe(false)
    await target.pass(300)
    expect(client.stream.closed).toBe(true)
    expect(target.counted('loginsTimedOut')).toBe(1)
    expect(target.events.at(-1)).toMatchObject({ state: 'XPT_UP', why: 'loginTimedOut' })
  })

  it('is what the portal group says as soon as that is known', async () => {
    const target = new TestTarget({ limits: { loginTimeMs: 60_000 }, group: { loginTimeMs: 5000 } })
    const client = target.connect()
    await target.pass(3000)
    client.requestLogin(NAMES, { transit: false })
    await target.pass(1900)
    expect(client.stream.closed).toBe(false)
    await target.pass(400)
    expect(client.stream.closed).toBe(true)
  })

  it('does not end a session', async () => {
    const target = new TestTarget({ limits: { loginTimeMs: 5000 } })
    const client = await target.loggedIn()
    await target.pass(10_000)
    expect(client.stream.closed).toBe(false)
  })
})
