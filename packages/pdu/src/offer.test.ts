import { describe, expect, it } from 'vitest'
import {
  beginNegotiation,
  DEFAULT_PARAMETERS,
  leaveOpen,
  negotiate,
  type Offers,
  offer,
  parametersOf,
  unanswered,
} from './index.ts'
import { asTarget, line, text } from './testing/negotiating.ts'

describe('the offers of a target', () => {
  it('are declarations of its own, and only what the default does not suit', () => {
    const ours: Offers = {
      TargetPortalGroupTag: 1,
      MaxRecvDataSegmentLength: 262_144,
      MaxBurstLength: 131_072,
      FirstBurstLength: 65_536,
      HeaderDigest: ['CRC32C'],
      DataDigest: ['CRC32C', 'None'],
      ImmediateData: false,
    }
    const { negotiation } = asTarget(ours, 'SessionType=Normal')
    const made = offer(negotiation, { phase: 'operational', which: 'needed' })
    expect(line(made.pairs)).toBe(
      'TargetPortalGroupTag=1 MaxRecvDataSegmentLength=262144 HeaderDigest=CRC32C ImmediateData=No MaxBurstLength=131072',
    )
    expect(unanswered(made.negotiation)).toEqual(['HeaderDigest', 'MaxBurstLength'])
    expect(offer(made.negotiation, { phase: 'operational', which: 'needed' }).pairs).toEqual([])
    expect(parametersOf(made.negotiation)).toMatchObject({
      ImmediateData: false,
      TargetMaxRecvDataSegmentLength: 262_144,
    })
  })

  it('offers nothing that is irrelevant beside what holds (RFC 7143 13.14)', () => {
    const needed = (ours: Offers, pairs: string): string =>
      line(offer(asTarget(ours, pairs).negotiation, { phase: 'operational', which: 'needed' }).pairs)
    const short: Offers = { FirstBurstLength: 8192 }
    expect(needed({ ...short, ImmediateData: false }, 'SessionType=Normal')).toBe('ImmediateData=No')
    expect(needed(short, 'InitialR2T=Yes ImmediateData=No')).toBe('')
    expect(needed(short, 'ImmediateData=No')).toBe('')
    expect(needed(short, 'InitialR2T=Yes')).toBe('FirstBurstLength=8192')
    expect(needed({ ...short, InitialR2T: false, ImmediateData: false }, 'InitialR2T=No')).toBe(
      'ImmediateData=No FirstBurstLength=8192',
    )
  })

  it('offers a discovery session nothing but what is about its connection', () => {
    const ours: Offers = {
      HeaderDigest: ['CRC32C'],
      ImmediateData: false,
      MaxBurstLength: 512,
      FirstBurstLength: 512,
      DefaultTime2Wait: 5,
      DefaultTime2Retain: 0,
    }
    const { negotiation } = asTarget(ours, 'SessionType=Discovery')
    expect(line(offer(negotiation, { phase: 'operational', which: 'needed' }).pairs)).toBe('HeaderDigest=CRC32C')
  })

  it('can go on without answers, with what is safe for both sides', () => {
    const ours: Offers = {
      MaxBurstLength: 131_072,
      FirstBurstLength: 8192,
      DefaultTime2Wait: 5,
      DefaultTime2Retain: 0,
      MaxOutstandingR2T: 4,
    }
    const made = offer(asTarget(ours, 'SessionType=Normal').negotiation, { phase: 'operational', which: 'needed' })
    expect(unanswered(made.negotiation)).toEqual([
      'MaxBurstLength',
      'FirstBurstLength',
      'DefaultTime2Wait',
      'DefaultTime2Retain',
    ])
    const negotiation = leaveOpen(made.negotiation)
    expect(unanswered(negotiation)).toEqual([])
    expect([...negotiation.leftOpen]).toEqual(unanswered(made.negotiation))
    expect(offer(negotiation, { phase: 'operational', which: 'needed' }).pairs).toEqual([])
    // R2Ts keep to the shorter burst; as much is taken unasked as the peer may think it can send.
    expect(parametersOf(negotiation)).toEqual({ ...DEFAULT_PARAMETERS, MaxBurstLength: 131_072 })
  })

  it('takes as much unasked as the default allows, however short its own bursts are', () => {
    const ours: Offers = { MaxBurstLength: 4096, FirstBurstLength: 4096 }
    const made = offer(asTarget(ours, 'SessionType=Normal').negotiation, { phase: 'operational', which: 'needed' })
    const parameters = parametersOf(leaveOpen(made.negotiation))
    expect([parameters.MaxBurstLength, parameters.FirstBurstLength]).toEqual([4096, 65_536])
  })

  it('cannot go on without the answer to an offer whose default does not suit', () => {
    const ours: Offers = { HeaderDigest: ['CRC32C'], DataDigest: ['CRC32C', 'None'], FirstBurstLength: 8192 }
    const made = offer(asTarget(ours, 'SessionType=Normal').negotiation, { phase: 'operational', which: 'needed' })
    expect(unanswered(leaveOpen(made.negotiation))).toEqual(['HeaderDigest'])
  })

  it.each(['Irrelevant', 'Reject', 'NotUnderstood', 'None'])(
    'do not let the digest that they demand be answered with %s',
    answer => {
      const ours: Offers = { HeaderDigest: ['CRC32C'] }
      const made = offer(asTarget(ours, 'SessionType=Normal').negotiation, { phase: 'operational', which: 'needed' })
      const step = negotiate(made.negotiation, text(`HeaderDigest=${answer}`), 'operational')
      expect(step.refusal?.status).toBe(0x0200)
    },
  )

  it('lives with the default of a number that the peer rejects', () => {
    const ours: Offers = { MaxBurstLength: 131_072, FirstBurstLength: 8192 }
    const made = offer(asTarget(ours, 'SessionType=Normal').negotiation, { phase: 'operational', which: 'needed' })
    const step = negotiate(made.negotiation, text('FirstBurstLength=Reject MaxBurstLength=Irrelevant'), 'operational')
    expect(step.refusal).toBeUndefined()
    const parameters = parametersOf(step.negotiation)
    expect([parameters.MaxBurstLength, parameters.FirstBurstLength]).toEqual([131_072, 65_536])
  })

  it('are no operational key in the security stage', () => {
    const ours: Offers = { TargetPortalGroupTag: 1, MaxRecvDataSegmentLength: 262_144, HeaderDigest: ['CRC32C'] }
    const { pairs } = offer(beginNegotiation('target', ours), { phase: 'security', which: 'needed' })
    expect(line(pairs)).toBe('TargetPortalGroupTag=1')
  })
})

describe('what is said of a connection', () => {
  it('is not offered again once it was answered, or named by the other side', () => {
    const needed = { phase: 'operational', which: 'needed' } as const
    const ours: Offers = { MaxBurstLength: 131_072, MaxOutstandingR2T: 1, TaskReporting: ['ResponseFence', 'RFC3720'] }
    const made = offer(asTarget({ ...ours, MaxBurstLength: 131_072 }, 'MaxOutstandingR2T=0').negotiation, needed)
    expect(line(made.pairs)).toBe('MaxBurstLength=131072')
    const answered = negotiate(made.negotiation, text('MaxBurstLength=Reject'), 'operational')
    expect(line(offer(answered.negotiation, needed).pairs)).toBe('')
  })

  it('is declared by the side that it is about', () => {
    const ours: Offers = { InitiatorAlias: 'a', TargetAlias: 'b' }
    const declared = (role: 'initiator' | 'target') =>
      line(offer(beginNegotiation(role, ours), { phase: 'operational', which: 'all' }).pairs)
    expect([declared('initiator'), declared('target')]).toEqual(['InitiatorAlias=a', 'TargetAlias=b'])
  })

  it('may be left open where the default suits', () => {
    const ours: Offers = { ImmediateData: true, HeaderDigest: ['None'], DataDigest: ['CRC32C', 'None'] }
    const made = offer(beginNegotiation('initiator', ours), { phase: 'operational', which: 'all' })
    expect(unanswered(leaveOpen(made.negotiation))).toEqual([])
  })
})

describe('the offers of an initiator', () => {
  it('are of a discovery session what is about recovery and its connection, not about data', () => {
    const ours: Offers = { SessionType: 'Discovery', MaxBurstLength: 512, DefaultTime2Wait: 0, HeaderDigest: ['None'] }
    expect(line(offer(beginNegotiation('initiator', ours), { phase: 'operational', which: 'all' }).pairs)).toBe(
      'SessionType=Discovery HeaderDigest=None DefaultTime2Wait=0',
    )
  })

  it('does not offer FirstBurstLength where it forbids all that is unasked', () => {
    const offers = (wishes: Offers): string =>
      line(offer(beginNegotiation('initiator', wishes), { phase: 'operational', which: 'all' }).pairs)
    expect(offers({ InitialR2T: true, ImmediateData: false, FirstBurstLength: 512 })).toBe(
      'InitialR2T=Yes ImmediateData=No',
    )
    expect(offers({ InitialR2T: false, ImmediateData: false, FirstBurstLength: 512 })).toBe(
      'InitialR2T=No ImmediateData=No FirstBurstLength=512',
    )
  })
})
