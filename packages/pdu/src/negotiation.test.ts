import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beginNegotiation,
  DEFAULT_PARAMETERS,
  keys,
  LoginStatus,
  type Negotiation,
  type NegotiationPhase,
  negotiate,
  type Offers,
  offer,
  parametersOf,
  unanswered,
} from './index.ts'
import { asTarget, line, text } from './testing/negotiating.ts'

const answers = (ours: Offers, pairs: string, phase?: NegotiationPhase): string =>
  line(asTarget(ours, pairs, phase).answers)

describe('a target in a negotiation', () => {
  it('agrees on the smaller number (MaxBurstLength, RFC 7143 13.13)', () => {
    expect(answers({ MaxBurstLength: 131_072 }, 'MaxBurstLength=16776192')).toBe('MaxBurstLength=131072')
    expect(answers({ MaxBurstLength: 131_072 }, 'MaxBurstLength=512')).toBe('MaxBurstLength=512')
  })

  it('agrees on the larger number (DefaultTime2Wait, RFC 7143 13.15)', () => {
    expect(answers({ DefaultTime2Wait: 0 }, 'DefaultTime2Wait=5')).toBe('DefaultTime2Wait=5')
  })

  it('agrees on Yes when one wants it (InitialR2T, RFC 7143 13.10)', () => {
    expect(answers({ InitialR2T: false }, 'InitialR2T=No')).toBe('InitialR2T=No')
    expect(answers({ InitialR2T: false }, 'InitialR2T=Yes')).toBe('InitialR2T=Yes')
    expect(answers({ InitialR2T: true }, 'InitialR2T=No')).toBe('InitialR2T=Yes')
  })

  it('agrees on Yes when both want it (ImmediateData, RFC 7143 13.11)', () => {
    expect(answers({ ImmediateData: true }, 'ImmediateData=Yes')).toBe('ImmediateData=Yes')
    expect(answers({ ImmediateData: false }, 'ImmediateData=Yes')).toBe('ImmediateData=No')
  })

  it("takes the first of the initiator's list that it knows (RFC 7143 6.2.1)", () => {
    const ours: Offers = { HeaderDigest: ['None', 'CRC32C'] }
    expect(answers(ours, 'HeaderDigest=CRC32C,None')).toBe('HeaderDigest=CRC32C')
    expect(answers(ours, 'HeaderDigest=SHA9,None,CRC32C')).toBe('HeaderDigest=None')
    expect(answers(ours, 'HeaderDigest=SHA9')).toBe('HeaderDigest=Reject')
  })

  it('refuses a list of which it takes nothing when it could not live with the default (RFC 7143 6.2.1)', () => {
    const { refusal, answers: said } = asTarget({ HeaderDigest: ['CRC32C'] }, 'HeaderDigest=None')
    expect(refusal).toEqual({
      status: LoginStatus.initiatorError,
      reason: 'HeaderDigest=None: the default None does not suit us; right is CRC32C',
    })
    expect(said).toEqual([])
    expect(answers({ HeaderDigest: ['CRC32C'] }, 'HeaderDigest=None,CRC32C')).toBe('HeaderDigest=CRC32C')
  })

  it("takes RFC 7143's default where it has no wish of its own", () => {
    expect(answers({}, 'MaxOutstandingR2T=8 MaxConnections=4 ErrorRecoveryLevel=2 iSCSIProtocolLevel=2')).toBe(
      'MaxConnections=1 MaxOutstandingR2T=1 ErrorRecoveryLevel=0 iSCSIProtocolLevel=1',
    )
    expect(answers({}, 'TaskReporting=FastAbort,RFC3720')).toBe('TaskReporting=RFC3720')
  })

  it('rejects values that the key does not have', () => {
    expect(answers({}, 'MaxBurstLength=511 InitialR2T=Maybe ErrorRecoveryLevel=3 DefaultTime2Wait=3601')).toBe(
      'InitialR2T=Reject MaxBurstLength=Reject DefaultTime2Wait=Reject ErrorRecoveryLevel=Reject',
    )
  })

  it('does not understand keys that it does not know, extensions included (RFC 7143 6.2)', () => {
    expect(answers({}, 'X-com.example.key=1 Frobnicate=Yes X#Other=a,b')).toBe(
      'X-com.example.key=NotUnderstood Frobnicate=NotUnderstood X#Other=NotUnderstood',
    )
  })

  it('answers markers with No and their intervals with Reject, never NotUnderstood (RFC 7143 13.25)', () => {
    expect(answers({}, 'IFMarker=Yes OFMarker=No IFMarkInt=2048~8192 OFMarkInt=2048')).toBe(
      'IFMarker=No OFMarker=No IFMarkInt=Reject OFMarkInt=Reject',
    )
  })

  it('calls FirstBurstLength irrelevant when nothing may be sent unasked (RFC 7143 13.14)', () => {
    expect(answers({ ImmediateData: false }, 'FirstBurstLength=65536 InitialR2T=Yes ImmediateData=Yes')).toBe(
      'InitialR2T=Yes ImmediateData=No FirstBurstLength=Irrelevant',
    )
  })

  it('keeps FirstBurstLength at most at MaxBurstLength (RFC 7143 13.14)', () => {
    const ours: Offers = { FirstBurstLength: 262_144, MaxBurstLength: 262_144 }
    expect(answers(ours, 'FirstBurstLength=262144 MaxBurstLength=65536')).toBe(
      'MaxBurstLength=65536 FirstBurstLength=65536',
    )
    const later = asTarget({}, 'MaxBurstLength=512').negotiation
    expect(parametersOf(later).FirstBurstLength).toBe(512)
  })

  it('calls what a discovery session does not have irrelevant', () => {
    expect(answers({}, 'SessionType=Discovery MaxBurstLength=512 InitialR2T=Yes DefaultTime2Wait=2')).toBe(
      'InitialR2T=Irrelevant MaxBurstLength=Irrelevant DefaultTime2Wait=2',
    )
  })

  it('learns what the initiator declares, and answers nothing to it', () => {
    const step = asTarget(
      {},
      'InitiatorName=iqn.a TargetName=iqn.b MaxRecvDataSegmentLength=65536 InitiatorAlias=me X#NodeArchitecture=a',
    )
    expect(step.answers).toEqual([])
    expect(step.negotiation.declared).toEqual({
      InitiatorName: 'iqn.a',
      InitiatorAlias: 'me',
      TargetName: 'iqn.b',
      MaxRecvDataSegmentLength: 65_536,
      'X#NodeArchitecture': 'a',
    })
    expect(parametersOf(step.negotiation).InitiatorMaxRecvDataSegmentLength).toBe(65_536)
  })

  it('refuses a declaration that makes no sense', () => {
    expect(asTarget({}, 'MaxRecvDataSegmentLength=511').refusal).toEqual({
      status: LoginStatus.initiatorError,
      reason: 'MaxRecvDataSegmentLength=511 is not 512 to 16777215',
    })
  })

  it('rejects operational keys in the security stage, and takes them in their own (RFC 7143 13)', () => {
    const early =
      'HeaderDigest=CRC32C,None MaxBurstLength=512 MaxRecvDataSegmentLength=512 ImmediateData=No IFMarker=No'
    const first = asTarget({ HeaderDigest: ['None'] }, `InitiatorName=iqn.a ${early} AuthMethod=None`, 'security')
    expect(line(first.answers)).toBe(
      'AuthMethod=None HeaderDigest=Reject MaxRecvDataSegmentLength=Reject ImmediateData=Reject MaxBurstLength=Reject IFMarker=Reject',
    )
    expect(parametersOf(first.negotiation)).toEqual(DEFAULT_PARAMETERS)
    const second = negotiate(first.negotiation, text('MaxBurstLength=1024 HeaderDigest=None'), 'operational')
    expect(line(second.answers)).toBe('HeaderDigest=None MaxBurstLength=1024')
  })

  it('lets a declaration be made again in the full feature phase', () => {
    const first = asTarget({}, 'MaxRecvDataSegmentLength=8192').negotiation
    const step = negotiate(first, text('MaxRecvDataSegmentLength=65536'), 'fullFeature')
    expect(step.refusal).toBeUndefined()
    expect(parametersOf(step.negotiation).InitiatorMaxRecvDataSegmentLength).toBe(65_536)
  })

  it('rejects login keys in the full feature phase, full feature keys in the login, and keys of the wrong sender', () => {
    expect(answers({}, 'MaxBurstLength=512 HeaderDigest=None', 'fullFeature')).toBe(
      'HeaderDigest=Reject MaxBurstLength=Reject',
    )
    expect(answers({}, 'SendTargets=All TargetPortalGroupTag=1 TargetAlias=a')).toBe(
      'TargetAlias=Reject TargetPortalGroupTag=Reject SendTargets=Reject',
    )
    expect(answers({}, 'AuthMethod=None')).toBe('AuthMethod=Reject')
  })

  it('rejects session-wide keys on a connection that is not the leading one', () => {
    const negotiation = beginNegotiation('target', {}, { leading: false })
    expect(line(negotiate(negotiation, text('MaxBurstLength=512 HeaderDigest=None'), 'operational').answers)).toBe(
      'HeaderDigest=None MaxBurstLength=Reject',
    )
  })

  it('says nothing to an answer about a key that it does not know', () => {
    expect(answers({}, 'X-a=NotUnderstood X-b=Reject X-c=Irrelevant')).toBe('')
  })

  it('agrees on FirstBurstLength where data comes unasked, though none with the command (RFC 7143 13.14)', () => {
    expect(answers({}, 'InitialR2T=No ImmediateData=No FirstBurstLength=4096')).toBe(
      'InitialR2T=Yes ImmediateData=No FirstBurstLength=Irrelevant',
    )
    expect(answers({ InitialR2T: false }, 'InitialR2T=No ImmediateData=No FirstBurstLength=4096')).toBe(
      'InitialR2T=No ImmediateData=No FirstBurstLength=4096',
    )
  })

  it('refuses authentication methods that it does not take, with the status for that', () => {
    expect(answers({ AuthMethod: ['None'] }, 'AuthMethod=CHAP,None', 'security')).toBe('AuthMethod=None')
    expect(asTarget({ AuthMethod: ['CHAP'] }, 'AuthMethod=None', 'security').refusal?.status).toBe(
      LoginStatus.authenticationFailure,
    )
  })

  it('leaves SendTargets and the keys of an authentication to its caller', () => {
    expect(asTarget({}, 'SendTargets=All', 'fullFeature').exchange).toEqual([['SendTargets', 'All']])
    expect(asTarget({}, 'CHAP_A=5,7', 'security').exchange).toEqual([['CHAP_A', '5,7']])
  })
})

describe('an initiator in a negotiation', () => {
  const ours: Offers = {
    InitiatorName: 'iqn.a',
    TargetName: 'iqn.b',
    SessionType: 'Normal',
    AuthMethod: ['None'],
    HeaderDigest: ['CRC32C', 'None'],
    MaxRecvDataSegmentLength: 262_144,
    MaxBurstLength: 16_776_192,
    InitialR2T: false,
  }
  const offered = (): Negotiation => {
    const security = offer(beginNegotiation('initiator', ours), { phase: 'security', which: 'all' })
    expect(line(security.pairs)).toBe('SessionType=Normal InitiatorName=iqn.a TargetName=iqn.b AuthMethod=None')
    const operational = offer(security.negotiation, { phase: 'operational', which: 'all' })
    expect(line(operational.pairs)).toBe(
      'MaxRecvDataSegmentLength=262144 HeaderDigest=CRC32C,None InitialR2T=No MaxBurstLength=16776192',
    )
    return operational.negotiation
  }

  it('offers its names first and its wishes after, and learns what came of them', () => {
    const step = negotiate(
      offered(),
      text(
        'AuthMethod=None TargetPortalGroupTag=1 HeaderDigest=None InitialR2T=No MaxBurstLength=262144 MaxRecvDataSegmentLength=65536',
      ),
      'operational',
    )
    expect(step).toMatchObject({ answers: [], exchange: [] })
    expect(step.refusal).toBeUndefined()
    expect(unanswered(step.negotiation)).toEqual([])
    expect(parametersOf(step.negotiation)).toEqual({
      ...DEFAULT_PARAMETERS,
      InitialR2T: false,
      InitiatorMaxRecvDataSegmentLength: 262_144,
      TargetMaxRecvDataSegmentLength: 65_536,
    })
  })

  it.each([
    ['MaxBurstLength=16777215', 'MaxBurstLength=16777215 is no legal answer to our offer 16776192'],
    ['MaxBurstLength=many', 'MaxBurstLength=many is no legal answer to our offer 16776192'],
    ['HeaderDigest=SHA9', 'HeaderDigest=SHA9 is no legal answer to our offer CRC32C,None'],
    ['ImmediateData=Reject', 'ImmediateData=Reject answers nothing that was offered'],
    ['MaxRecvDataSegmentLength=Reject', 'the peer rejected our MaxRecvDataSegmentLength'],
  ])('refuses the answer %s', (answer, reason) => {
    expect(negotiate(offered(), text(answer), 'operational').refusal?.reason).toBe(reason)
  })

  it('keeps the default when the target rejects a wish, unless the default does not suit', () => {
    const step = negotiate(offered(), text('MaxBurstLength=NotUnderstood'), 'operational')
    expect(parametersOf(step.negotiation).MaxBurstLength).toBe(262_144)
    const must = offer(beginNegotiation('initiator', { DataDigest: ['CRC32C'] }), {
      phase: 'operational',
      which: 'all',
    })
    expect(negotiate(must.negotiation, text('DataDigest=Reject'), 'operational').refusal?.reason).toBe(
      'DataDigest=Reject: the default None does not suit us; right is CRC32C',
    )
  })

  it('lives with the default of what means nothing to the target, and not with that of what the target rejects', () => {
    const wish = offer(beginNegotiation('initiator', { ImmediateData: false }), { phase: 'operational', which: 'all' })
    const reason = (answer: string) => negotiate(wish.negotiation, text(answer), 'operational').refusal?.reason
    expect(reason('ImmediateData=Irrelevant')).toBeUndefined()
    expect(reason('ImmediateData=Reject')).toBe('ImmediateData=Reject: the default Yes does not suit us; right is No')
  })

  it('has what it wishes without an answer where its wish decides, and the default elsewhere (RFC 7143 6.2.2)', () => {
    const held = (wishes: Offers) => {
      const made = offer(beginNegotiation('initiator', wishes), { phase: 'operational', which: 'all' })
      const { InitialR2T, ImmediateData } = parametersOf(made.negotiation)
      return { InitialR2T, ImmediateData }
    }
    expect(held({ InitialR2T: false, ImmediateData: false })).toEqual({ InitialR2T: true, ImmediateData: false })
  })

  it('answers what the target offers', () => {
    const step = negotiate(beginNegotiation('initiator', {}), text('ImmediateData=No X-a=b'), 'operational')
    expect(line(step.answers)).toBe('ImmediateData=No X-a=NotUnderstood')
  })
})

describe('a negotiation', () => {
  const value = fc.oneof(
    fc.constantFrom(
      'Yes',
      'No',
      'None',
      'CRC32C',
      'CRC32C,None',
      'Reject',
      'Irrelevant',
      'NotUnderstood',
      '',
      '0',
      '1',
    ),
    fc.nat({ max: 20_000_000 }).map(String),
    fc.string({ maxLength: 20 }),
  )
  const pairs = fc.array(
    fc.tuple(fc.oneof(fc.constantFrom(...Object.keys(keys)), fc.string({ maxLength: 10 })), value),
    {
      maxLength: 12,
    },
  )
  const phase = fc.constantFrom<NegotiationPhase>('security', 'operational', 'fullFeature')

  it('never throws, never changes what it was given, and answers no key that was not sent', () => {
    fc.assert(
      fc.property(fc.constantFrom('initiator' as const, 'target' as const), pairs, phase, (role, texts, when) => {
        const before = beginNegotiation(role, { HeaderDigest: ['CRC32C'] })
        const step = negotiate(before, texts, when)
        expect(before).toEqual(beginNegotiation(role, { HeaderDigest: ['CRC32C'] }))
        for (const [key] of step.answers) expect(texts.map(([name]) => name)).toContain(key)
        const parameters = parametersOf(step.negotiation)
        expect(parameters.FirstBurstLength).toBeLessThanOrEqual(parameters.MaxBurstLength)
      }),
    )
  })

  const wishes: fc.Arbitrary<Offers> = fc.record(
    {
      HeaderDigest: fc.constantFrom<('CRC32C' | 'None')[]>(['None'], ['CRC32C', 'None'], ['None', 'CRC32C']),
      MaxRecvDataSegmentLength: fc.integer({ min: 512, max: 16_777_215 }),
      MaxBurstLength: fc.integer({ min: 512, max: 16_777_215 }),
      FirstBurstLength: fc.integer({ min: 512, max: 16_777_215 }),
      MaxOutstandingR2T: fc.integer({ min: 1, max: 65_535 }),
      DefaultTime2Wait: fc.integer({ min: 0, max: 3600 }),
      InitialR2T: fc.boolean(),
      ImmediateData: fc.boolean(),
    },
    { requiredKeys: [] },
  )

  it('ends with both sides of one mind, whatever they wish', () => {
    fc.assert(
      fc.property(wishes, wishes, (initiatorWishes, targetWishes) => {
        const first = offer(beginNegotiation('initiator', initiatorWishes), { phase: 'operational', which: 'all' })
        const answer = negotiate(beginNegotiation('target', targetWishes), first.pairs, 'operational')
        const needed = offer(answer.negotiation, { phase: 'operational', which: 'needed' })
        const last = negotiate(first.negotiation, [...answer.answers, ...needed.pairs], 'operational')
        const end = negotiate(needed.negotiation, last.answers, 'operational')
        for (const step of [answer, last, end]) expect(step.refusal).toBeUndefined()
        expect(unanswered(end.negotiation)).toEqual([])
        expect(unanswered(last.negotiation)).toEqual([])
        expect(parametersOf(last.negotiation)).toEqual(parametersOf(end.negotiation))
      }),
    )
  })
})
