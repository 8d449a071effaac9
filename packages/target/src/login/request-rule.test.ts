import { LoginRequest, LoginResponse, LoginStage, RESERVED_TAG } from '@lunkit/pdu'
import { afterEach, describe, expect, it } from 'vitest'
import { settled } from '../testing/test-client.ts'
import { reasonsTold, TARGET_NAME, TestTarget } from '../testing/test-target.ts'

// What an administrator is told of it is kept word by word.
afterEach(() => {
  expect(reasonsTold()).toMatchSnapshot()
})

const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME }
const CMD_SN = 0x7fff_fff0

describe('a login is refused with 0200', () => {
  it.each([
    ['Version-min', '11.12.4', { versionMin: 1, versionMax: 1 }, '1 after 0'],
    ['Version-max', '11.12.4', { versionMax: 1 }, '1 after 0'],
    ['ISID', '11.12.5', { isid: 3 }, '3 after 137438953473'],
    ['TSIH', '11.12.6', { tsih: 4 }, '4 after 0'],
    ['Initiator Task Tag', '6.3', { initiatorTaskTag: 5 }, '5 after 1'],
    ['CID', '11.12.7', { cid: 6 }, '6 after 0'],
    ['CmdSN', '11.12.8', { cmdSN: CMD_SN + 1 }, `${CMD_SN + 1} after ${CMD_SN}`],
  ])('when its %s changes within it (RFC 7143 %s)', async (name, clause, change, values) => {
    const target = new TestTarget()
    const client = target.connect()
    const first = { isid: 0x20_0000_0001, cid: 0, cmdSN: CMD_SN }
    client.requestLogin(NAMES, { transit: false, ...first })
    expect((await client.expect(LoginResponse)).values.status).toBe(0)
    client.requestLogin({}, { ...first, ...change })
    expect((await client.expect(LoginResponse)).values.status).toBe(0x0200)
    expect(target.events.find(({ kind }) => kind === 'loginRefused')).toMatchObject({
      reason: `${name} ${values} within the login, against RFC 7143 ${clause}`,
    })
    expect(client.stream.ended).toBe(true)
  })

  it('when its Initiator Task Tag is the reserved one (RFC 7143 11.2.1.8)', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.requestLogin(NAMES, { initiatorTaskTag: RESERVED_TAG })
    expect((await client.expect(LoginResponse)).values).toMatchObject({ status: 0x0200, initiatorTaskTag: 0xffff_ffff })
  })

  it('when it has additional header segments (RFC 7143 11.2.1.5)', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.send(
      LoginRequest,
      { transit: true, currentStage: LoginStage.operationalNegotiation, nextStage: LoginStage.fullFeaturePhase },
      { ahs: [{ type: 1, cdb: new Uint8Array(600) }] },
    )
    await settled()
    expect(client.take(LoginResponse).values.status).toBe(0x0200)
    expect(target.counted('formatErrors')).toBe(0)
  })
})

describe('a login', () => {
  it('of versions that include 0 is taken (RFC 7143 11.12.4)', async () => {
    const client = new TestTarget().connect()
    client.requestLogin(NAMES, { versionMin: 0, versionMax: 7 })
    const { values } = await client.expect(LoginResponse)
    expect(values).toMatchObject({ status: 0, versionMax: 0, versionActive: 0 })
  })

  it('is followed by commands from its CmdSN on (RFC 7143 11.12.8)', async () => {
    const target = new TestTarget()
    const client = target.connect()
    client.requestLogin(NAMES, { transit: false, cmdSN: CMD_SN })
    client.requestLogin({}, { cmdSN: CMD_SN })
    await settled()
    const answers = client.packets.map(({ values }) => values['expCmdSN'])
    expect(answers).toEqual([CMD_SN, CMD_SN])
  })
})
