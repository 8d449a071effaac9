import { LoginResponse, LoginStage } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { textOf } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'

const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME }
const SECURITY = { currentStage: LoginStage.securityNegotiation, nextStage: LoginStage.operationalNegotiation }

/** The answer to a login with these keys. */
async function answered(target: TestTarget, keys: Readonly<Record<string, string>>) {
  const client = target.connect()
  client.requestLogin({ ...NAMES, ...keys })
  return Object.fromEntries(textOf(await client.expect(LoginResponse)))
}

describe('what the target can do one way only', () => {
  it('is so whatever the initiator asks for', async () => {
    const keys = {
      MaxConnections: '8',
      ErrorRecoveryLevel: '2',
      DataPDUInOrder: 'No',
      DataSequenceInOrder: 'No',
      TaskReporting: 'FastAbort,ResponseFence,RFC3720',
      iSCSIProtocolLevel: '2',
    }
    expect(await answered(new TestTarget(), keys)).toMatchObject({
      MaxConnections: '1',
      ErrorRecoveryLevel: '0',
      DataPDUInOrder: 'Yes',
      DataSequenceInOrder: 'Yes',
      TaskReporting: 'ResponseFence',
      iSCSIProtocolLevel: '1',
    })
  })

  it.each([
    [{}, '65536'],
    [{ FirstBurstLength: 8192 }, '8192'],
    [{ FirstBurstLength: 1_048_576, MaxBurstLength: 4_194_304 }, '262144'],
  ])('is to take unasked what fits a piece of memory, of what is configured: %o', async (parameters, agreed) => {
    const keys = { FirstBurstLength: '16776192', MaxBurstLength: '16776192' }
    expect((await answered(new TestTarget({ parameters }), keys))['FirstBurstLength']).toBe(agreed)
  })
})

describe('the names of what answers', () => {
  it('are told to who names a target, its alias not in discovery', async () => {
    const target = new TestTarget()
    const discovery = await answered(target, { SessionType: 'Discovery' })
    expect([discovery['TargetPortalGroupTag'], discovery['TargetAlias']]).toEqual(['1', undefined])
    const client = target.connect()
    client.requestLogin({ InitiatorName: NAMES.InitiatorName, SessionType: 'Discovery' })
    const unnamed = textOf(await client.expect(LoginResponse))
    expect(unnamed.has('TargetPortalGroupTag') || unnamed.has('TargetAlias')).toBe(false)
  })
})

describe('what the target wants itself', () => {
  it('is said when the initiator would move on, and not before', async () => {
    const client = new TestTarget().connect()
    client.requestLogin(NAMES, { transit: false })
    const first = await client.expect(LoginResponse)
    expect(Object.fromEntries(textOf(first))).toEqual({ TargetPortalGroupTag: '1', TargetAlias: 'a disk' })
    client.requestLogin({})
    expect(Object.fromEntries(textOf(await client.expect(LoginResponse)))).toEqual({
      MaxRecvDataSegmentLength: '262144',
    })
  })

  it('may be answered as late as the initiator stays in the stage', async () => {
    const target = new TestTarget({ parameters: { FirstBurstLength: 8192 } })
    const client = target.connect()
    client.requestLogin(NAMES)
    expect(textOf(await client.expect(LoginResponse)).get('FirstBurstLength')).toBe('8192')
    for (let request = 0; request < 8; request++) {
      client.requestLogin({}, { transit: false })
      expect((await client.expect(LoginResponse)).values).toMatchObject({ status: 0, transit: false })
    }
    client.requestLogin({ FirstBurstLength: '4096' })
    const last = await client.expect(LoginResponse)
    expect([last.values.transit, Object.fromEntries(textOf(last))]).toEqual([true, {}])
  })
})

describe('how many commands may come', () => {
  it.each([
    ['in a discovery session, 4', {}, { SessionType: 'Discovery' }, 4],
    ['as many as the access of the initiator says', { access: { commandDepth: 7 } }, {}, 7],
    ['no more than the limit', { limits: { commandDepth: 9 } }, {}, 9],
    ['as many as may bring unasked data at once', { limits: { dataOutBytes: 5 * 65_536 + 65_535 } }, {}, 5],
    ['one at least', { limits: { dataOutBytes: 1 } }, {}, 1],
    ['all of them where none brings data unasked', { limits: { dataOutBytes: 64 } }, { ImmediateData: 'No' }, 64],
    [
      'fewer where some may do without R2T',
      { limits: { dataOutBytes: 262_144 }, parameters: { InitialR2T: false } },
      { ImmediateData: 'No', InitialR2T: 'No' },
      4,
    ],
  ])('%s', async (_what, options, keys, depth) => {
    const target = new TestTarget(options)
    const { values } = await target.connect().login({ keys, cmdSN: 100 })
    expect([values.status, values.expCmdSN, values.maxCmdSN]).toEqual([0, 100, 99 + depth])
  })
})

describe('a refused login', () => {
  it('is answered with what it was asked with, and told with who it was as far as that is known', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.requestLogin(
      { InitiatorName: 'IQN.Host', TargetName: 'IQN.None' },
      { initiatorTaskTag: 0x55, isid: 0x123456 },
    )
    const { values } = await client.expect(LoginResponse)
    expect(values).toMatchObject({ status: 0x0203, isid: 0x123456, tsih: 0, initiatorTaskTag: 0x55 })
    expect(target.events.find(({ kind }) => kind === 'loginRefused')).toMatchObject({
      initiatorName: 'IQN.Host',
      targetName: 'IQN.None',
    })
    expect(target.events.at(-1)).toMatchObject({ kind: 'connectionEnded', why: 'loginRefused' })
  })

  it('is told with the names that were found once they are', async () => {
    const target = new TestTarget()
    const client = target.connect()
    const keys = {
      InitiatorName: 'IQN.2026-11.example:HOST',
      TargetName: TARGET_NAME.toUpperCase(),
      AuthMethod: 'None',
    }
    client.requestLogin(keys, { ...SECURITY, tsih: 0 })
    await client.expect(LoginResponse)
    client.requestLogin({ CHAP_A: '5' }, SECURITY)
    expect((await client.expect(LoginResponse)).values.status).toBe(0x0200)
    expect(target.events.find(({ kind }) => kind === 'loginRefused')).toMatchObject({
      initiatorName: 'iqn.2026-11.example:host',
      targetName: TARGET_NAME,
    })
  })

  it('of a session is answered with its handle', async () => {
    const target = new TestTarget()
    await target.loggedIn()
    const { values } = await target.connect().login({ tsih: 1, cid: 99 })
    expect(values).toMatchObject({ status: 0x0206, tsih: 1 })
  })

  it('says how many requests a login may take', async () => {
    const target = new TestTarget({ limits: { loginRequests: 1 } })
    const client = target.connect()
    client.requestLogin(NAMES, { transit: false })
    expect((await client.expect(LoginResponse)).values.status).toBe(0)
    client.requestLogin({}, { transit: false })
    expect((await client.expect(LoginResponse)).values.status).toBe(0x0200)
    expect(target.events.find(({ kind }) => kind === 'loginRefused')).toMatchObject({
      reason: 'a login of more than 1 requests',
    })
  })
})

describe('a login that goes on with a session', () => {
  it('is answered with the numbers of the session in every request', async () => {
    const target = new TestTarget()
    const old = await target.loggedIn()
    old.command({})
    const fresh = target.connect()
    for (let request = 0; request < 2; request++) {
      fresh.requestLogin(request === 0 ? NAMES : {}, { tsih: 1, cmdSN: 50, transit: false })
      expect((await fresh.expect(LoginResponse)).values).toMatchObject({ tsih: 1, expCmdSN: 2 })
    }
  })
})
