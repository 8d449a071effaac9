import { describe, expect, it } from 'vitest'
import { beginNegotiation, LoginStatus, negotiate, type Offers, offer, parametersOf } from './index.ts'
import { asTarget, line, text } from './testing/negotiating.ts'

describe('a key that comes again in a login', () => {
  it.each([
    ['InitiatorName=iqn.a', 'InitiatorName=iqn.b'],
    ['TargetName=iqn.a', 'TargetName=iqn.b'],
    ['SessionType=Normal', 'SessionType=Discovery'],
    ['InitiatorAlias=a', 'InitiatorAlias=b'],
    ['X#NodeArchitecture=a', 'X#NodeArchitecture=b'],
    ['MaxRecvDataSegmentLength=512', 'MaxRecvDataSegmentLength=513'],
    ['MaxBurstLength=512', 'MaxBurstLength=1024'],
    ['InitialR2T=No', 'InitialR2T=Yes'],
    ['MaxOutstandingR2T=0', 'MaxOutstandingR2T=-1'],
    ['HeaderDigest=None', 'HeaderDigest=CRC32C,None'],
  ])('is refused: %s and then %s, in one text or in two (RFC 7143 6.3)', (one, other) => {
    const reason = `${other} came after ${one}; RFC 7143 6.3 allows each key one value`
    const refused = { status: LoginStatus.initiatorError, reason }
    expect(asTarget({}, `${one} ${other}`).refusal).toEqual(refused)
    const first = asTarget({}, one).negotiation
    expect(negotiate(first, text(other), 'operational').refusal).toEqual(refused)
  })

  it.each([
    ['X-com.example.a=1', 'X-com.example.a=2'],
    ['CHAP_N=alice', 'CHAP_N=bob'],
    ['CHAP_R=0x5ec7e7', 'CHAP_R=0xc7e75e'],
  ])('is refused without a word of its value: %s and then %s', (one, other) => {
    const [name] = one.split('=')
    const reason = `${name}=... came after ${name}=...; RFC 7143 6.3 allows each key one value`
    expect(asTarget({}, `${one} ${other}`, 'security').refusal).toEqual({ status: LoginStatus.initiatorError, reason })
  })

  it('is refused in another text too where nobody knows it', () => {
    const { negotiation } = asTarget({}, 'X-com.example.a=1')
    expect(negotiate(negotiation, text('X-com.example.a=1'), 'operational').refusal).toBeUndefined()
    expect(negotiate(negotiation, text('X-com.example.a=2'), 'operational').refusal?.reason).toBe(
      'X-com.example.a=... came after X-com.example.a=...; RFC 7143 6.3 allows each key one value',
    )
  })

  it.each([
    'InitiatorName=iqn.a',
    'TargetName=iqn.a',
    'SessionType=Normal',
    'InitiatorAlias=a',
    'X#NodeArchitecture=a',
    'MaxRecvDataSegmentLength=512',
  ])('is the same declaration: %s, in one text or in two', pair => {
    const first = asTarget({}, `${pair} ${pair}`)
    expect([first.refusal, first.answers]).toEqual([undefined, []])
    const again = negotiate(first.negotiation, text(pair), 'operational')
    expect([again.refusal, again.answers]).toEqual([undefined, []])
    expect(again.negotiation).toEqual(first.negotiation)
  })

  it('in another stage is the same declaration, however its value is written', () => {
    const first = asTarget({}, 'InitiatorName=iqn.a TargetName=iqn.b SessionType=Normal AuthMethod=None', 'security')
    const again = text(
      'InitiatorName=IQN.A TargetName=iqn.b SessionType=Normal MaxRecvDataSegmentLength=0x200 MaxBurstLength=0x200',
    )
    const second = negotiate(first.negotiation, again, 'operational')
    expect([first.refusal, second.refusal, line(second.answers)]).toEqual([undefined, undefined, 'MaxBurstLength=512'])
    const third = negotiate(second.negotiation, text('MaxRecvDataSegmentLength=512 MaxBurstLength=512'), 'operational')
    expect(third.refusal).toBeUndefined()
  })

  it('as an offer is answered as before', () => {
    const ours: Offers = { MaxBurstLength: 131_072, ImmediateData: false, HeaderDigest: ['CRC32C', 'None'] }
    const offers = 'HeaderDigest=None MaxBurstLength=16776192 FirstBurstLength=65536 X-a=b MaxOutstandingR2T=0'
    const first = asTarget(ours, offers)
    const said =
      'HeaderDigest=None MaxBurstLength=131072 FirstBurstLength=65536 MaxOutstandingR2T=Reject X-a=NotUnderstood'
    expect(line(first.answers)).toBe(said)
    const again = negotiate(first.negotiation, text(offers), 'operational')
    expect([again.refusal, line(again.answers)]).toEqual([undefined, said])
    expect(again.negotiation).toEqual(first.negotiation)
  })

  it('is refused after the login as well, where it belongs to the login', () => {
    const login = asTarget({}, 'MaxBurstLength=512').negotiation
    expect(negotiate(login, text('MaxBurstLength=1024'), 'fullFeature').refusal?.reason).toMatch(
      /^MaxBurstLength=1024 came after MaxBurstLength=512; /,
    )
  })

  it('is one of an authentication that goes on, in another text and not in the same', () => {
    const first = asTarget({}, 'CHAP_A=5,7', 'security').negotiation
    const again = negotiate(first, text('CHAP_A=7'), 'security')
    expect([again.refusal, again.exchange]).toEqual([undefined, [['CHAP_A', '7']]])
    expect(asTarget({}, 'CHAP_A=5 CHAP_A=7', 'security').refusal?.reason).toMatch(/^CHAP_A=7 came after CHAP_A=5; /)
  })

  it('declares the session again on a further connection of it', () => {
    const further = beginNegotiation('target', {}, { leading: false })
    const step = negotiate(further, text('SessionType=Normal InitiatorName=iqn.a'), 'operational')
    expect([step.refusal, step.answers]).toEqual([undefined, []])
  })

  it('as an answer is heard once', () => {
    const ours: Offers = { HeaderDigest: ['CRC32C'] }
    const made = offer(asTarget(ours, 'SessionType=Normal').negotiation, { phase: 'operational', which: 'needed' })
    const first = negotiate(made.negotiation, text('HeaderDigest=CRC32C'), 'operational')
    const again = negotiate(first.negotiation, text('HeaderDigest=CRC32C'), 'operational')
    expect([again.refusal, again.answers, parametersOf(again.negotiation).HeaderDigest]).toEqual([
      undefined,
      [],
      'CRC32C',
    ])
  })
})
