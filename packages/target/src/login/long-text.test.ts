import { encodeText, LoginRequest, LoginResponse, LoginStage } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { TARGET_NAME, TestTarget } from '../testing/test-target.ts'

const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME }
const OPERATIONAL = LoginStage.operationalNegotiation

describe('the text of a login', () => {
  it('may send its text in pieces, each answered with nothing', async () => {
    const target = new TestTarget()
    const client = target.connect()
    const text = encodeText(Object.entries(NAMES))
    const values = { currentStage: OPERATIONAL, isid: client.isid, cid: client.cid, cmdSN: 1 }
    client.send(LoginRequest, { ...values, continues: true }, { data: text.subarray(0, 20) })
    const first = await client.expect(LoginResponse)
    expect(first.values).toMatchObject({ transit: false, continues: false, status: 0, dataSegmentLength: 0 })
    const next = { transit: true, nextStage: LoginStage.fullFeaturePhase }
    client.send(LoginRequest, { ...values, ...next }, { data: text.subarray(20) })
    expect((await client.expect(LoginResponse)).values).toMatchObject({ transit: true, tsih: 1 })
  })

  it('gets a long answer in pieces, the last of them with the transition', async () => {
    const target = new TestTarget({ group: { parameters: {} } })
    const client = target.connect()
    const unknown = Array.from({ length: 60 }, (_, i) => [`X-com.example.${'k'.repeat(46)}${i}`, 'v'.repeat(60)])
    // 60 answers of about 75 bytes fit one PDU; an alias of 5000 bytes makes it two.
    target.server.define({ name: TARGET_NAME, alias: 'a'.repeat(5000), portalGroups: [target.group] })
    client.requestLogin({ ...NAMES, ...Object.fromEntries(unknown) })
    const first = await client.expect(LoginResponse)
    expect(first.values).toMatchObject({ transit: false, continues: true, dataSegmentLength: 8192 })
    client.requestLogin({})
    const last = await client.expect(LoginResponse)
    expect(last.values).toMatchObject({ transit: true, continues: false, tsih: 1, statSN: 1 })
    const bytes = [first, last].map(({ data }) => (data.kind === 'bytes' ? Buffer.from(data.bytes).toString() : ''))
    expect(bytes[0]).toContain('NotUnderstood')
  })

  it('may not send text before all of a long answer was sent: 0200', async () => {
    const target = new TestTarget()
    const client = target.connect()
    target.server.define({ name: TARGET_NAME, alias: 'a'.repeat(8192), portalGroups: [target.group] })
    client.requestLogin(NAMES)
    expect((await client.expect(LoginResponse)).values).toMatchObject({ status: 0, continues: true })
    client.requestLogin({ MaxBurstLength: '4096' })
    expect((await client.expect(LoginResponse)).values).toMatchObject({ status: 0x0200, transit: false })
    expect(client.stream.ended).toBe(true)
  })

  it('may not send one byte then either', async () => {
    const target = new TestTarget()
    const client = target.connect()
    target.server.define({ name: TARGET_NAME, alias: 'a'.repeat(8192), portalGroups: [target.group] })
    client.requestLogin(NAMES)
    await client.expect(LoginResponse)
    const values = { currentStage: OPERATIONAL, isid: client.isid, cid: client.cid, cmdSN: 1, initiatorTaskTag: 1 }
    client.send(LoginRequest, values, { data: Buffer.alloc(1) })
    expect((await client.expect(LoginResponse)).values.status).toBe(0x0200)
  })

  it('is told an alias of 8192 bytes', async () => {
    const target = new TestTarget()
    const alias = 'ä'.repeat(4096)
    target.server.define({ name: 'iqn.2026-11.io.lunkit:named', alias, portalGroups: [target.group] })
    const client = target.connect()
    const first = await client.login({ keys: { TargetName: 'iqn.2026-11.io.lunkit:named' } })
    expect([first.values.status, first.values.continues]).toEqual([0, true])
    expect(target.server.targets.at(-1)?.alias).toBe(alias)
  })
})
