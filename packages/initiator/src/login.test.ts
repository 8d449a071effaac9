import { encodeText, LoginRequest, LoginResponse, LoginStage, LoginStatus, NopIn, RESERVED_TAG } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { connect } from './connect.ts'
import { ConnectionError, LoginError, ProtocolError } from './error.ts'
import { beginSession, FIRST_STAT_SN, scripted, TARGET_NAME, textOf } from './testing/scripted-target.ts'

const keysOf = (pairs: readonly (readonly [string, string])[]): string[] => pairs.map(([key]) => key)

describe('a login', () => {
  it('asks for the full feature phase at once, with names and offers', async () => {
    const { target } = await beginSession({ initiatorName: 'iqn.2026-11.io.lunkit:me' })
    const request = await target.raw.expect(LoginRequest)
    expect(request.values).toMatchObject({
      immediate: true,
      transit: true,
      continues: false,
      currentStage: LoginStage.operationalNegotiation,
      nextStage: LoginStage.fullFeaturePhase,
      versionMax: 0,
      versionMin: 0,
      isid: 0x8000_0001_0000,
      tsih: 0,
      cid: 0,
      cmdSN: 1,
      expStatSN: 0,
    })
    const pairs = textOf(request)
    expect(pairs.slice(0, 3)).toEqual([
      ['SessionType', 'Normal'],
      ['InitiatorName', 'iqn.2026-11.io.lunkit:me'],
      ['TargetName', TARGET_NAME],
    ])
    expect(keysOf(pairs)).toContain('MaxRecvDataSegmentLength')
    expect(keysOf(pairs)).not.toContain('AuthMethod')
  })

  it('offers this when nothing else is said', async () => {
    const { target } = await beginSession({ initiatorName: 'iqn.2026-11.io.lunkit:me', offers: undefined } as object)
    const pairs = textOf(await target.raw.expect(LoginRequest))
    expect(pairs.slice(3).map(pair => pair.join('='))).toEqual([
      'MaxRecvDataSegmentLength=262144',
      'HeaderDigest=None',
      'DataDigest=None',
      'MaxConnections=1',
      'InitialR2T=No',
      'ImmediateData=Yes',
      'MaxBurstLength=1048576',
      'FirstBurstLength=262144',
      'DefaultTime2Wait=2',
      'DefaultTime2Retain=0',
      'MaxOutstandingR2T=8',
      'DataPDUInOrder=Yes',
      'DataSequenceInOrder=Yes',
      'ErrorRecoveryLevel=0',
    ])
  })

  it('has an identifier of the random form when it is given none, with 40 bits that tell it from all others', async () => {
    const isids: number[] = []
    for (let i = 0; i < 8; i++) {
      const { target } = await beginSession({ isid: undefined } as object)
      isids.push(Number((await target.raw.expect(LoginRequest)).values.isid))
    }
    for (const isid of isids) expect(Math.floor(isid / 2 ** 40)).toBe(0x80)
    for (const bit of [2 ** 8, 2 ** 16, 2 ** 40]) expect(new Set(isids.map(isid => isid % bit)).size).toBeGreaterThan(4)
  })

  it('goes through the security stage when it is told to', async () => {
    const { target, connecting } = await beginSession({ securityStage: true })
    const first = await target.raw.expect(LoginRequest)
    expect(first.values).toMatchObject({ currentStage: 0, nextStage: 1, transit: true })
    expect(textOf(first).at(-1)).toEqual(['AuthMethod', 'None'])
    target.answerLogin(first.values, [['AuthMethod', 'None']])
    await target.acceptLogin()
    const session = await connecting
    expect(session.parameters.AuthMethod).toBe('None')
  })

  it('ends with what both agreed on and what the target said of itself', async () => {
    const { target, connecting } = await beginSession()
    await target.acceptLogin({
      MaxBurstLength: 65_536,
      TargetPortalGroupTag: 3,
      TargetAlias: 'disk',
      MaxRecvDataSegmentLength: 16_384,
    })
    const session = await connecting
    expect(session.tsih).toBe(7)
    expect(session.declared).toMatchObject({ TargetPortalGroupTag: 3, TargetAlias: 'disk' })
    expect(session.parameters).toMatchObject({
      MaxBurstLength: 65_536,
      InitiatorMaxRecvDataSegmentLength: 262_144,
      TargetMaxRecvDataSegmentLength: 16_384,
    })
  })

  it('answers what the target offers before it ends', async () => {
    const { target, connecting } = await beginSession({ offers: { ImmediateData: true } })
    const first = await target.raw.expect(LoginRequest)
    target.answerLogin(first.values, [['X-com.example', '1']], { transit: false, nextStage: 0 })
    const second = await target.raw.expect(LoginRequest)
    expect(textOf(second)).toEqual([['X-com.example', 'NotUnderstood']])
    expect(second.values.expStatSN).toBe(FIRST_STAT_SN + 1)
    target.raw.destroy()
    await expect(connecting).rejects.toThrow(ConnectionError)
  })

  it('reads an answer that comes in pieces', async () => {
    const { target, connecting } = await beginSession({ offers: { HeaderDigest: ['None'] } })
    const first = await target.raw.expect(LoginRequest)
    const piece = (text: string, continues: boolean) =>
      target.answer(
        LoginResponse,
        {
          continues,
          currentStage: 1,
          ...(!continues && { transit: true, nextStage: 3 }),
          isid: first.values.isid,
          tsih: 1,
        },
        { data: Buffer.from(text) },
      )
    const declined = 'HeaderDigest=None\0DataDigest=None\0MaxConnections=1\0ImmediateData=Yes\0MaxBurstLength=512\0'
    piece(`TargetPortalGroupTag=5\0Target`, true)
    expect((await target.raw.expect(LoginRequest)).values.continues).toBe(false)
    const rest =
      'FirstBurstLength=512\0DefaultTime2Wait=2\0DefaultTime2Retain=0\0MaxOutstandingR2T=1\0ErrorRecoveryLevel=0\0'
    const order = 'InitialR2T=Yes\0DataPDUInOrder=Yes\0DataSequenceInOrder=Yes\0'
    piece(`Alias=whole\0${declined}${rest}${order}`, false)
    expect((await connecting).declared).toMatchObject({ TargetPortalGroupTag: 5, TargetAlias: 'whole' })
  })

  it('sends a text that is too long for one PDU in pieces', async () => {
    const { target, connecting } = await beginSession({ offers: { InitiatorAlias: 'a'.repeat(8000) } })
    const first = await target.raw.expect(LoginRequest)
    expect(first.values).toMatchObject({ continues: true, transit: false, nextStage: 0, dataSegmentLength: 8192 })
    target.answerLogin(first.values, [], { transit: false, nextStage: 0 })
    const second = await target.raw.expect(LoginRequest)
    expect(second.values).toMatchObject({ continues: false, transit: true })
    target.raw.destroy()
    await expect(connecting).rejects.toThrow(ConnectionError)
  })

  it('switches digests on for what follows, also in the same chunk', async () => {
    const { target, connecting } = await beginSession({ offers: { HeaderDigest: ['CRC32C'], DataDigest: ['CRC32C'] } })
    await target.acceptLogin({ HeaderDigest: ['CRC32C'], DataDigest: ['CRC32C'] })
    target.tell(
      NopIn,
      { initiatorTaskTag: RESERVED_TAG, targetTransferTag: RESERVED_TAG },
      { data: Buffer.from('abc') },
    )
    const session = await connecting
    const pong = session.ping(Buffer.from('hello'))
    const ping = await target.raw.receive()
    target.answer(
      NopIn,
      { initiatorTaskTag: ping.values['initiatorTaskTag'] as number },
      { data: Buffer.from('hello') },
    )
    expect(Buffer.from(await pong).toString()).toBe('hello')
  })

  it('fails with the status of a refusal', async () => {
    const { target, connecting } = await beginSession()
    target.answerLogin((await target.raw.expect(LoginRequest)).values, [], {
      status: LoginStatus.notFound,
      transit: false,
    })
    await expect(connecting).rejects.toEqual(
      expect.objectContaining({
        name: 'LoginError',
        status: 0x0203,
        message: 'the target refused the login (login status notFound)',
      }),
    )
    await expect(connecting).rejects.toBeInstanceOf(LoginError)
    await target.raw.closed
  })

  it('is given up when it is redirected nowhere', async () => {
    const { target, connecting } = await beginSession()
    const { values } = await target.raw.expect(LoginRequest)
    target.answerLogin(values, [], { status: LoginStatus.targetMovedTemporarily, transit: false })
    await expect(connecting).rejects.toThrow('the login was redirected without a TargetAddress')
    await expect(connecting).rejects.toBeInstanceOf(ProtocolError)
    await target.raw.closed
  })

  it('is given up when its last answer offers something that would have to be answered', async () => {
    const { target, connecting } = await beginSession({ offers: { ImmediateData: true } })
    const { values } = await target.raw.expect(LoginRequest)
    target.answerLogin(values, [['X-com.example', '1']])
    await expect(connecting).rejects.toThrow('the login ended with an offer of X-com.example')
    await expect(connecting).rejects.toBeInstanceOf(ProtocolError)
  })

  it.each(['192.0.2.1:65536', '192.0.2.1:0', '2001:db8::1', ''])(
    'is given up when it is redirected to %j, which is no portal',
    async address => {
      const { target, connecting } = await beginSession()
      const status = LoginStatus.targetMovedPermanently
      const { values } = await target.raw.expect(LoginRequest)
      target.answerLogin(values, [['TargetAddress', address]], { status, transit: false })
      await expect(connecting).rejects.toThrow(
        `TargetAddress: ${JSON.stringify(address)} is no portal: an address, then`,
      )
      await expect(connecting).rejects.toBeInstanceOf(ProtocolError)
      await target.raw.closed
    },
  )

  it.each([
    ['an answer that was not offered', [['ImmediateData', 'Perhaps']], {}, 'ImmediateData=Perhaps is no legal answer'],
    ['another task tag', [], { initiatorTaskTag: 9 }, 'task tag 9, 0 was asked with'],
    ['a missing answer', [], {}, 'was not answered'],
    ['a stage that was not asked for', [], { currentStage: 0, nextStage: 1 }, 'from stage 0 to 1, asked was 1 to 3'],
  ] as const)('is given up after %s', async (_, pairs, values, message) => {
    const { target, connecting } = await beginSession()
    target.answerLogin((await target.raw.expect(LoginRequest)).values, pairs, values)
    await expect(connecting).rejects.toThrow(message)
    await expect(connecting).rejects.toBeInstanceOf(ProtocolError)
    await target.raw.closed
  })

  it('is given up when the target wants an authentication that was not offered', async () => {
    const { target, connecting } = await beginSession({ securityStage: true })
    const request = await target.raw.expect(LoginRequest)
    target.answerLogin(request.values, [['CHAP_A', '5']], { transit: false, nextStage: 0 })
    await expect(connecting).rejects.toThrow('the target asks for CHAP_A, which AuthMethod=None does not have')
  })

  it('is given up when it takes too many requests', async () => {
    const { target, connecting } = await beginSession()
    const refuse = async () => {
      for (;;) target.answerLogin((await target.raw.expect(LoginRequest)).values, [], { transit: false, nextStage: 0 })
    }
    await expect(Promise.race([refuse(), connecting])).rejects.toThrow(/more than 32 requests|was dropped|closed/)
    await expect(connecting).rejects.toThrow(ProtocolError)
  })

  it('is given up when text breaks the rules', async () => {
    const { target, connecting } = await beginSession()
    const { values } = await target.raw.expect(LoginRequest)
    target.answer(LoginResponse, { isid: values.isid, currentStage: 1 }, { data: Buffer.from('Nonsense\0') })
    await expect(connecting).rejects.toThrow('Login Response: "Nonsense" has no "="')
  })

  it('is given up when another PDU comes', async () => {
    const { target, connecting } = await beginSession()
    await target.raw.expect(LoginRequest)
    target.tell(NopIn, {})
    await expect(connecting).rejects.toThrow('PDU with opcode 32 came during the login')
  })

  it('is given up when it takes too long, by a clock that is injected', async () => {
    let strike: () => void = () => undefined
    const timers = {
      after: (delayMs: number, callback: () => void) => {
        if (delayMs === 1000) strike = callback
        return () => undefined
      },
    }
    const { connecting } = await beginSession({ timers, loginTimeoutMs: 1000 })
    strike()
    await expect(connecting).rejects.toThrow('no login at memory port 3260 within 1000 ms')
  })

  it('is given up when the target closes the connection', async () => {
    const { target, connecting } = await beginSession()
    await target.raw.expect(LoginRequest)
    target.raw.destroy()
    await expect(connecting).rejects.toThrow('the target closed the connection')
  })

  it('is not begun when there is no connection', async () => {
    const transport = () => Promise.reject(new ConnectionError('no route'))
    await expect(connect({ ...scripted, transport })).rejects.toThrow('no route')
  })

  it('sends text that a target can read', async () => {
    const { target } = await beginSession()
    const request = await target.raw.expect(LoginRequest)
    expect(encodeText(textOf(request)).length).toBe(request.values.dataSegmentLength)
  })
})
