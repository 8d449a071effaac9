import { RawConnection, tcp } from '@lunkit/initiator'
import {
  encodeText,
  InitiatorOpcode,
  LoginRequest,
  LoginResponse,
  LoginStage,
  LoginStatus,
  NopIn,
  Reject,
  RejectReason,
  ScsiCommand,
} from '@lunkit/pdu'
import { ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import type { FieldsOf } from './harness/raw-session.ts'
import { TARGET_NAME, TestServer, type TestServerOptions } from './harness/test-server.ts'
import { until } from './harness/turns.ts'

const NAMES = { InitiatorName: 'iqn.2026-11.io.lunkit:raw', TargetName: TARGET_NAME }

const serve = (options: Partial<TestServerOptions> = {}) =>
  TestServer.serve({ luns: [ramdisk({ sizeBytes: 1024 * 1024 })], ...options })

const open = async (test: TestServer): Promise<RawConnection> => test.track(await RawConnection.open(tcp(test.address)))

/** Sends a Login Request that goes from the operational stage to the full feature phase, unless said otherwise. */
function request(
  raw: RawConnection,
  fields: FieldsOf<typeof LoginRequest> = {},
  text: Readonly<Record<string, string>> | Uint8Array = NAMES,
): void {
  const usual = {
    transit: true,
    currentStage: LoginStage.operationalNegotiation,
    nextStage: LoginStage.fullFeaturePhase,
    isid: 0x8000_0000_0007,
  }
  const data = text instanceof Uint8Array ? text : encodeText(Object.entries(text))
  raw.send(LoginRequest, { ...usual, ...fields }, data.length > 0 ? { data } : {})
}

const statusOf = async (raw: RawConnection): Promise<number> => (await raw.expect(LoginResponse)).values.status

describe('a login', () => {
  const { initiatorError, missingParameter, sessionDoesNotExist } = LoginStatus
  it.each([
    ['in a stage that is reserved', { currentStage: 2 as never }, NAMES, initiatorError],
    ['in the full feature phase', { currentStage: LoginStage.fullFeaturePhase }, NAMES, initiatorError],
    ['to the stage that it is in', { nextStage: LoginStage.operationalNegotiation }, NAMES, initiatorError],
    ['to an earlier stage', { nextStage: LoginStage.securityNegotiation }, NAMES, initiatorError],
    ['that continues and moves on', { continues: true }, NAMES, initiatorError],
    ['of a session that there is not', { tsih: 77 }, NAMES, sessionDoesNotExist],
    ['with no text at all', {}, {}, missingParameter],
    ['with an empty name', {}, { ...NAMES, InitiatorName: '' }, missingParameter],
    ['with a key that comes twice', {}, Buffer.from('A=1\0A=2\0'), missingParameter],
    ['with text that is none', {}, Buffer.from('nonsense\0'), initiatorError],
  ] as const)('%s is refused, and the connection ends', async (_what, fields, text, status) => {
    await using test = await serve()
    const raw = await open(test)
    request(raw, fields, text)
    expect(await statusOf(raw)).toBe(status)
    await raw.closed
    await until(() => test.idle)
  })

  it('whose text never ends is refused', async () => {
    await using test = await serve()
    const raw = await open(test)
    const text = Buffer.alloc(8192, 'x')
    for (let i = 0; i < 4; i++) request(raw, { transit: false, continues: true }, text)
    expect([await statusOf(raw), await statusOf(raw), await statusOf(raw)]).toEqual([0, 0, LoginStatus.initiatorError])
    await raw.closed
  })

  it('that sends another PDU first is cut off, and later is refused', async () => {
    await using test = await serve()
    const first = await open(test)
    first.send(ScsiCommand, { final: true })
    expect((await first.closed).message).toContain('closed the connection')
    const second = await open(test)
    request(second, { transit: false })
    expect(await statusOf(second)).toBe(0)
    second.send(ScsiCommand, { final: true })
    expect(await statusOf(second)).toBe(LoginStatus.invalidDuringLogin)
    await second.closed
  })

  it('with a data segment longer than a login may have is cut off', async () => {
    await using test = await serve()
    const raw = await open(test)
    request(raw, {}, Buffer.alloc(8193, 'x'))
    await raw.closed
    expect(test.server.statistics.get('formatErrors')).toBe(1)
  })

  it('in a session that has logged in is rejected, and the session goes on', async () => {
    await using test = await serve()
    const session = await test.raw()
    session.raw.send(LoginRequest, { currentStage: LoginStage.operationalNegotiation })
    const { values, data } = await session.expect(Reject)
    expect(values.reason).toBe(RejectReason.protocolError)
    expect(data).toMatchObject({ header: { values: { opcode: InitiatorOpcode.loginRequest } } })
    session.ping()
    await session.expect(NopIn)
  })

  it('of another connection of a session is refused, and the session goes on', async () => {
    await using test = await serve()
    const session = await test.raw({ isid: 0x8000_0000_0007 })
    const raw = await open(test)
    request(raw, { tsih: session.tsih, cid: 1 })
    expect(await statusOf(raw)).toBe(LoginStatus.tooManyConnections)
    session.ping()
    await session.expect(NopIn)
  })

  it('of a session of another initiator does not touch it', async () => {
    await using test = await serve()
    const session = await test.raw({ isid: 0x8000_0000_0007, initiatorName: 'iqn.2026-11.io.lunkit:other' })
    const raw = await open(test)
    request(raw, { tsih: session.tsih })
    expect(await statusOf(raw)).toBe(LoginStatus.sessionDoesNotExist)
    session.ping()
    await session.expect(NopIn)
  })
})

describe('connections that do not log in', () => {
  it('are limited in number, and leave room when they go', async () => {
    await using test = await serve({ limits: { connectionsInLogin: 8 } })
    const idle = await Promise.all(Array.from({ length: 8 }, () => open(test)))
    const refused = await open(test)
    await refused.closed
    expect(test.server.statistics.get('connectionsRefused')).toBe(1)
    idle[0]?.destroy()
    await until(() => test.server.statistics.get('connectionsInLogin') < 8)
    await using session = await test.connect()
    await session.lun(0).ready()
  })

  it('leave nothing when they go in the middle of a PDU', async () => {
    await using test = await serve()
    const bytes = new Uint8Array(48).fill(0x43)
    for (const lengthBytes of [1, 47, 48]) {
      const raw = await open(test)
      raw.sendBytes(bytes.subarray(0, lengthBytes))
      await until(() => test.server.statistics.get('bytesIn') > 0)
      raw.destroy()
    }
    await until(() => test.idle)
    expect(test.server.statistics.get('connectionsInLogin')).toBe(0)
  })
})
