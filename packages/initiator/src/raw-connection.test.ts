import { LoginRequest, NopIn, NopOut, RESERVED_TAG, ScsiCommand } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { RawConnection } from './raw-connection.ts'
import { memoryPair } from './testing/memory-transport.ts'
import { ScriptedTarget } from './testing/scripted-target.ts'

async function pair(): Promise<[near: RawConnection, far: RawConnection]> {
  const [near, far] = memoryPair()
  return [await RawConnection.open(near), await RawConnection.open(far)]
}

describe('a raw connection', () => {
  it('sends any PDU with any values, and hands over what comes', async () => {
    const [near, far] = await pair()
    near.send(NopOut, { initiatorTaskTag: 5, final: false }, { data: Buffer.from('abc') })
    const packet = await far.expect(NopOut)
    expect(packet.values).toMatchObject({ initiatorTaskTag: 5, final: false, dataSegmentLength: 3 })
  })

  it('sends bytes as they are', async () => {
    const [near, far] = await pair()
    const bytes = near.bytesOf(ScsiCommand, { cmdSN: 9 }, { ahs: [{ type: 2, readBytes: 7 }] })
    bytes[1] = 0x18
    near.sendBytes(bytes.subarray(0, 20))
    near.sendBytes(bytes.subarray(20))
    expect((await far.expect(ScsiCommand)).ahs).toEqual([{ type: 2, readBytes: 7 }])
  })

  it('logs in by the rules, and has none after', async () => {
    const [near, far] = await pair()
    const target = new ScriptedTarget(far)
    const loggingIn = near.login({
      InitiatorName: 'iqn.a',
      SessionType: 'Normal',
      TargetName: 'iqn.b',
      HeaderDigest: ['CRC32C'],
    })
    await target.acceptLogin({ HeaderDigest: ['CRC32C'] })
    const { sequence, parameters } = await loggingIn
    expect(parameters.HeaderDigest).toBe('CRC32C')
    near.send(LoginRequest, { cmdSN: sequence.cmdSN })
    expect((await far.expect(LoginRequest)).values.cmdSN).toBe(1)
  })

  it('tells a login that failed', async () => {
    const [near, far] = await pair()
    const loggingIn = near.login({ InitiatorName: 'iqn.a' })
    const target = new ScriptedTarget(far)
    target.answerLogin((await far.expect(LoginRequest)).values, [], { status: 0x0201, transit: false })
    await expect(loggingIn).rejects.toThrow('authenticationFailure')
    await near.closed
  })

  it('logs in with the numbers that it is given, or with those of a first connection', async () => {
    const LEAST = { isid: 0, tsih: 0, cid: 0, cmdSN: 0 }
    const MOST = { isid: 0xffff_ffff_ffff, tsih: 0xffff, cid: 0xffff, cmdSN: 0xffff_ffff }
    for (const [more, values] of [
      [{}, { isid: 0x8000_0000_0000, tsih: 0, cid: 0, cmdSN: 1, currentStage: 1 }],
      [
        { ...MOST, securityStage: true },
        { ...MOST, currentStage: 0 },
      ],
      [LEAST, LEAST],
    ] as const) {
      const [near, far] = await pair()
      void near.login({ InitiatorName: 'iqn.a' }, more).catch(() => undefined)
      expect((await far.expect(LoginRequest)).values).toMatchObject(values)
    }
  })

  it('tells a login that was redirected', async () => {
    const [near, far] = await pair()
    const loggingIn = near.login({ InitiatorName: 'iqn.a' })
    const { values } = await far.expect(LoginRequest)
    new ScriptedTarget(far).answerLogin(values, [['TargetAddress', '192.0.2.1']], { status: 0x0101, transit: false })
    await expect(loggingIn).rejects.toThrow('the login was redirected to 192.0.2.1')
  })

  it('takes the longest data segment that there is, after a login too', async () => {
    const [near, far] = await pair()
    const loggingIn = near.login({ InitiatorName: 'iqn.a', MaxRecvDataSegmentLength: 512 })
    await new ScriptedTarget(far).acceptLogin()
    await loggingIn
    const data = Buffer.alloc(0xff_ffff)
    far.send(NopIn, { initiatorTaskTag: RESERVED_TAG }, { data })
    expect((await near.expect(NopIn)).values.dataSegmentLength).toBe(data.length)
    expect(() => far.send(NopIn, {}, { data: Buffer.alloc(data.length + 1) })).toThrow('data is')
  })

  it('sends as many additional header segments as a header can count', async () => {
    const [near, far] = await pair()
    const cdb = (length: number) => [{ type: 1 as const, cdb: new Uint8Array(length) }]
    near.send(ScsiCommand, {}, { ahs: [...cdb(244), ...cdb(244), ...cdb(244), ...cdb(244), ...cdb(24)] })
    expect((await far.expect(ScsiCommand)).ahs).toHaveLength(5)
    expect(() => near.send(ScsiCommand, {}, { ahs: Array.from({ length: 5 }, () => cdb(244)).flat() })).toThrow(
      'the additional header segments',
    )
  })

  it('says which PDU came instead of the expected one', async () => {
    const [near, far] = await pair()
    near.send(NopOut, {})
    await expect(far.expect(NopIn)).rejects.toThrow('NOP-Out came, NOP-In was expected')
  })

  it('ends at what is no PDU, and at a wrong digest', async () => {
    const [near, far] = await pair()
    near.sendBytes(Buffer.from(`1c${'00'.repeat(47)}`, 'hex'))
    await expect(far.receive()).rejects.toThrow('PDU with opcode 28 came, which RFC 7143 does not know')
    const [second, other] = await pair()
    other.dataDigest = true
    second.sendBytes(Buffer.concat([second.bytesOf(NopOut, {}, { data: Buffer.from('abcd') }), Buffer.alloc(4)]))
    await expect(other.receive()).rejects.toThrow('NOP-Out came with a wrong data digest')
  })

  it('gives up what waits when it is dropped', async () => {
    const [near, far] = await pair()
    far.send(NopIn, { initiatorTaskTag: RESERVED_TAG })
    await near.receive()
    await using dropped = near
    const waiting = dropped.receive()
    dropped.destroy()
    await expect(waiting).rejects.toThrow('the connection was dropped')
    await expect(dropped.receive()).rejects.toThrow('the connection was dropped')
    expect(far.waitingPackets).toBe(0)
  })
})
