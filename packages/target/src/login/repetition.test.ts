import { LoginResponse, LoginStage } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { textOf } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'

const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME }
const SECURITY = LoginStage.securityNegotiation
const OPERATIONAL = LoginStage.operationalNegotiation

describe('a login', () => {
  it('may say its names again in the next stage, as libiscsi does after AuthMethod=None (RFC 7143 6.3)', async () => {
    const target = new TestTarget()
    const client = target.connect()
    const named = { ...NAMES, SessionType: 'Normal', InitiatorAlias: 'me' }
    const stages = { currentStage: SECURITY, nextStage: OPERATIONAL }
    client.requestLogin({ ...named, AuthMethod: 'CHAP,None' }, stages)
    expect(textOf(await client.expect(LoginResponse)).get('AuthMethod')).toBe('None')
    client.requestLogin({ ...named, HeaderDigest: 'None' })
    const last = await client.expect(LoginResponse)
    expect(last.values).toMatchObject({ transit: true, nextStage: LoginStage.fullFeaturePhase, status: 0, tsih: 1 })
    expect(Object.fromEntries(textOf(last))).toEqual({ HeaderDigest: 'None', MaxRecvDataSegmentLength: '262144' })
  })

  it('may say everything again where the target has more to say, as libiscsi does', async () => {
    const target = new TestTarget({ parameters: { DefaultTime2Retain: 0 } })
    const client = target.connect()
    const all = { ...NAMES, SessionType: 'Normal', HeaderDigest: 'None', MaxBurstLength: '16776192' }
    client.requestLogin(all)
    const first = textOf(await client.expect(LoginResponse))
    expect([first.get('MaxBurstLength'), first.get('DefaultTime2Retain')]).toEqual(['262144', '0'])
    client.requestLogin({ ...all, DefaultTime2Retain: '0' })
    const last = await client.expect(LoginResponse)
    expect(last.values).toMatchObject({ transit: true, status: 0, tsih: 1 })
    expect(Object.fromEntries(textOf(last))).toEqual({ HeaderDigest: 'None', MaxBurstLength: '262144' })
  })

  it('settles no operational key in the security stage (RFC 7143 13), where LIO answers NotUnderstood', async () => {
    const target = new TestTarget({ parameters: { HeaderDigest: ['CRC32C', 'None'] } })
    const client = target.connect()
    const early = { HeaderDigest: 'CRC32C', MaxBurstLength: '512', MaxRecvDataSegmentLength: '512' }
    client.requestLogin({ ...NAMES, ...early }, { currentStage: SECURITY, nextStage: OPERATIONAL })
    expect(Object.fromEntries(textOf(await client.expect(LoginResponse)))).toEqual({
      HeaderDigest: 'Reject',
      MaxBurstLength: 'Reject',
      MaxRecvDataSegmentLength: 'Reject',
      TargetPortalGroupTag: '1',
      TargetAlias: 'a disk',
    })
    client.requestLogin({ HeaderDigest: 'None', MaxBurstLength: '1024' })
    expect(Object.fromEntries(textOf(await client.expect(LoginResponse)))).toEqual({
      HeaderDigest: 'None',
      MaxBurstLength: '1024',
      MaxRecvDataSegmentLength: '262144',
    })
  })
})

describe('a login is refused', () => {
  it.each([
    ['InitiatorName', 'iqn.2026-11.example:other'],
    ['TargetName', 'iqn.2026-11.io.lunkit:other'],
    ['SessionType', 'Discovery'],
    ['InitiatorAlias', 'other'],
  ])('for another %s in a later text: 0200 (RFC 7143 6.3)', async (key, other) => {
    const target = new TestTarget()
    const client = target.connect()
    const named = { ...NAMES, SessionType: 'Normal', InitiatorAlias: 'me' }
    client.requestLogin(named, { currentStage: SECURITY, nextStage: OPERATIONAL })
    expect((await client.expect(LoginResponse)).values.status).toBe(0)
    client.requestLogin({ ...named, [key]: other })
    expect((await client.expect(LoginResponse)).values.status).toBe(0x0200)
    expect(target.server.sessions).toEqual([])
  })

  it.each([
    ['TargetName', TARGET_NAME, { SessionType: 'Discovery' }],
    ['SessionType', 'Discovery', { TargetName: TARGET_NAME }],
  ])(
    'for a %s that comes after the first text, which decided without it: 0200 (RFC 7143 6.3.1)',
    async (key, late, rest) => {
      const target = new TestTarget()
      const client = target.connect()
      client.requestLogin({ InitiatorName: 'iqn.2026-11.example:host', ...rest }, { transit: false })
      expect((await client.expect(LoginResponse)).values.status).toBe(0)
      client.requestLogin({ [key]: late })
      expect((await client.expect(LoginResponse)).values.status).toBe(0x0200)
      expect(target.events.at(-2)).toMatchObject({ reason: `${key}=${late} came after the first text of the login` })
    },
  )
})
