import { dataView } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import {
  beginNegotiation,
  checkOffers,
  decodeText,
  encodeText,
  ISCSI_NAME,
  LoginStatus,
  negotiate,
  type Offers,
  OWN_ISCSI_NAME,
  offer,
  PduWriter,
  parametersOf,
  readAhs,
  readPacket,
  sessionWide,
  tracePdu,
  writeAhs,
  writePacket,
} from './index.ts'
import { keys } from './keys.ts'
import { line, text } from './testing/negotiating.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A header of so many words of additional header segments, which follow it. */
function pdu(opcode: number, ahs = '', data?: Uint8Array) {
  const bytes = Buffer.concat([Buffer.alloc(48), Buffer.from(ahs, 'hex')])
  bytes[0] = opcode
  bytes[1] = 0x80
  bytes[4] = ahs.length / 8
  if (data) bytes.writeUIntBE(data.length, 5, 3)
  return bytes
}

const traced = (opcode: number, data: Uint8Array): string =>
  tracePdu(dataView(pdu(opcode)), 0, data).replace(/^.*?(?= (?:data|sense|text|refused)[({=])/, '')

describe('additional header segments', () => {
  it('are read up to all that a header can count, and no further', () => {
    const bytes = Buffer.alloc(1024)
    bytes.set([0x03, 0xf9, 5, 0])
    expect(readAhs(dataView(bytes), 0, 1020)).toMatchObject([{ type: 5 }])
    expect(readAhs(dataView(bytes), 0, 0)).toEqual([])
    expect(() => readAhs(dataView(bytes), 0, 1024)).toThrow('lengthBytes is 1024')
  })

  it('of a type that nobody knows may have no bytes', () => {
    expect(hex(writeAhs([{ type: 5, bytes: new Uint8Array(0) }]))).toBe('00010500')
    expect(hex(writeAhs([{ type: 63, bytes: Uint8Array.of(9) }]))).toBe('00013f09')
    expect(() => writeAhs([{ type: 64, bytes: new Uint8Array(0) }])).toThrow(RangeError)
  })

  it('are as long as a length of 16 bits can say that counts one byte beside them', () => {
    for (const segment of [
      { type: 1, cdb: new Uint8Array(0xfffe) },
      { type: 5, bytes: new Uint8Array(0xffff) },
    ] as const)
      expect(hex(writeAhs([segment]).subarray(0, 2))).toBe('ffff')
    expect(() => writeAhs([{ type: 1, cdb: new Uint8Array(0xffff) }])).toThrow(RangeError)
    expect(() => writeAhs([{ type: 5, bytes: new Uint8Array(0x1_0000) }])).toThrow(RangeError)
  })

  it('are written with the packet that has them', () => {
    const bytes = pdu(0x01, '00060100a1a2a3a4a50000000005020000001000')
    const packet = readPacket(dataView(bytes), 0)
    const writer = new PduWriter()
    if (packet) writePacket(writer, packet)
    expect(hex(Buffer.concat(writer.take()?.buffers ?? []))).toBe(hex(bytes))
  })
})

describe('the data of a packet', () => {
  const kindOf = (opcode: number, data: Uint8Array) => readPacket(dataView(pdu(opcode, '', data)), 0, data)?.data

  it('is sense data where its length has room, also where it is none', () => {
    expect(kindOf(0x21, Uint8Array.of(0, 0))).toMatchObject({ kind: 'sense', sense: new Uint8Array(0) })
    expect(kindOf(0x21, Uint8Array.of(0, 2, 5, 6))).toMatchObject({ kind: 'sense', sense: Uint8Array.of(5, 6) })
    expect(kindOf(0x21, Uint8Array.of(0, 3, 5, 6))).toMatchObject({ kind: 'bytes' })
    expect(kindOf(0x21, Uint8Array.of(0))).toMatchObject({ kind: 'bytes' })
  })

  it('is a header where there are 48 bytes of a PDU', () => {
    expect(kindOf(0x3f, pdu(0x00))).toMatchObject({ kind: 'header' })
    expect(kindOf(0x3f, pdu(0x00).subarray(1))).toMatchObject({ kind: 'bytes' })
    expect(kindOf(0x3f, pdu(0x1c))).toMatchObject({ kind: 'bytes' })
  })

  it('is none where nothing came', () => {
    expect(kindOf(0x20, new Uint8Array(0))).toEqual({ kind: 'none' })
  })
})

describe('a trace line', () => {
  it('shows what it has of sense data, and up to 32 bytes whole', () => {
    expect(traced(0x21, Uint8Array.of(7))).toBe(' data(1)=07')
    expect(traced(0x21, Uint8Array.of(0, 0))).toBe(' sense(0)=')
    expect(traced(0x20, new Uint8Array(32))).toBe(` data(32)=${'00'.repeat(32)}`)
    expect(traced(0x20, new Uint8Array(33))).toBe(` data(33)=${'00'.repeat(32)}...`)
  })

  it('shows the additional header segments of what it does not know', () => {
    expect(tracePdu(dataView(pdu(0x1d, '0005020000001000')), 0)).toMatch(
      /^opcode=0x1d\? 1d8.*\.\.\. bidirectionalReadLength=4096$/,
    )
  })

  it('shows a refused header without the segments that it had, which are not there', () => {
    const refused = pdu(0x01, '0005020000001000').subarray(0, 48)
    expect(traced(0x3f, refused)).toMatch(/^ refused=\{SCSI Command .* cdb=0{32}\}$/)
  })
})

describe('a text', () => {
  const bytes = (whole: string) => Buffer.from(whole)

  it('is shown from where it is wrong, up to 80 characters', () => {
    expect(() => decodeText(bytes('A=1\0B=2'))).toThrow('"B=..." is not ended by a zero byte')
    expect(() => decodeText(bytes(`${'b'.repeat(80)}\0`))).toThrow(`"${'b'.repeat(80)}" has no "="`)
    expect(() => decodeText(bytes(`${'b'.repeat(81)}\0`))).toThrow(`"${'b'.repeat(80)}..." has no "="`)
  })

  it('has no byte order mark, which would be a part of a key', () => {
    expect(() => decodeText(bytes('\ufeffA=1\0'))).toThrow('is no key name')
  })

  it('has keys that are no longer than 63 bytes, also where it is written', () => {
    expect(encodeText([['K'.repeat(63), '']])).toHaveLength(65)
    expect(() => encodeText([['K'.repeat(64), '']])).toThrow('longer than 63 bytes')
  })

  it('that is a value has 8192 bytes at the most', () => {
    const { kind } = keys.InitiatorAlias
    expect(kind.parse('a'.repeat(8192))).toHaveLength(8192)
    expect([kind.parse('a'.repeat(8193)), kind.parse('\u00fc'.repeat(4097))]).toEqual([undefined, undefined])
  })
})

describe('an iSCSI name', () => {
  it('has 223 bytes at the most', () => {
    const name = (lengthBytes: number) => `iqn.2026-11.com.example:${'a'.repeat(lengthBytes - 24)}`
    for (const domain of [ISCSI_NAME, OWN_ISCSI_NAME])
      expect([223, 224].map(lengthBytes => domain.has(name(lengthBytes) as never))).toEqual([true, false])
  })
})

describe('a discovery session', () => {
  it.each(['initiator', 'target'] as const)('has no use for what moves data, says the %s', role => {
    const begun = beginNegotiation(role, role === 'initiator' ? { SessionType: 'Discovery' } : {})
    const said = role === 'target' ? 'SessionType=Discovery MaxBurstLength=512' : 'MaxBurstLength=512'
    expect(line(negotiate(begun, text(said), 'operational').answers)).toBe('MaxBurstLength=Irrelevant')
  })
})

describe('offers', () => {
  it('may be undefined, which is as if they were not there', () => {
    expect(() => checkOffers('it', { MaxBurstLength: undefined })).not.toThrow()
    expect(() => checkOffers('it', { MaxBurstLength: 511 })).toThrow(
      'it: MaxBurstLength is 511; right is 512 to 16777215',
    )
    expect(() => checkOffers('it', { HeaderDigest: [] })).toThrow(
      'right is a list of CRC32C, None, as an array; it has',
    )
  })

  it('of a further connection are of that connection alone', () => {
    const ours: Offers = {
      InitiatorName: 'iqn.a',
      HeaderDigest: ['CRC32C'],
      MaxBurstLength: 512,
      MaxRecvDataSegmentLength: 4096,
    }
    const begun = beginNegotiation('initiator', ours, { leading: false })
    expect(line(offer(begun, { phase: 'operational', which: 'all' }).pairs)).toBe(
      'InitiatorName=iqn.a MaxRecvDataSegmentLength=4096 HeaderDigest=CRC32C',
    )
    const leading = beginNegotiation('initiator', ours)
    expect(line(offer(leading, { phase: 'operational', which: 'all' }).pairs)).toContain('MaxBurstLength=512')
    expect(line(offer(leading, { phase: 'fullFeature', which: 'all' }).pairs)).not.toContain('MaxBurstLength')
  })

  it('of a length that was not told do not hold', () => {
    const ours: Offers = { MaxRecvDataSegmentLength: 65_536 }
    const begun = beginNegotiation('target', ours)
    expect(parametersOf(begun).TargetMaxRecvDataSegmentLength).toBe(8192)
    const { negotiation } = offer(begun, { phase: 'operational', which: 'needed' })
    expect(parametersOf(negotiation)).toMatchObject({
      TargetMaxRecvDataSegmentLength: 65_536,
      InitiatorMaxRecvDataSegmentLength: 8192,
    })
    expect(sessionWide(negotiation)).toMatchObject({ leading: false, declared: { SessionType: 'Normal' } })
    expect(sessionWide(negotiation).agreed).not.toHaveProperty('HeaderDigest')
    expect(sessionWide(negotiation).agreed).toHaveProperty('MaxBurstLength', 262_144)
  })
})

describe('a declaration of ours', () => {
  const told = offer(beginNegotiation('target', { TargetPortalGroupTag: 1 }), { phase: 'operational', which: 'needed' })

  it.each([
    ['TargetPortalGroupTag=NotUnderstood', undefined],
    ['TargetPortalGroupTag=Irrelevant', undefined],
    ['TargetPortalGroupTag=Reject', 'the peer rejected our TargetPortalGroupTag'],
    ['TargetAlias=NotUnderstood', 'TargetAlias=NotUnderstood answers nothing that was offered'],
    ['MaxBurstLength=Reject', 'MaxBurstLength=Reject answers nothing that was offered'],
  ])('may be answered with a constant, unless it is refused: %s', (pair, reason) => {
    const { refusal, answers } = negotiate(told.negotiation, text(pair), 'operational')
    expect([answers, refusal]).toEqual([
      [],
      reason === undefined ? undefined : { status: LoginStatus.initiatorError, reason },
    ])
  })
})

describe('who may send a key, and when', () => {
  const answer = (pair: string, phase: 'security' | 'operational' | 'fullFeature', role: 'target' | 'initiator') => {
    const { answers, refusal, exchange } = negotiate(beginNegotiation(role, {}), text(pair), phase)
    return [line(answers), line(exchange), refusal?.reason].filter(Boolean).join('; ')
  }

  it.each([
    ['InitiatorAlias=a', 'operational', 'target', ''],
    ['InitiatorAlias=a', 'fullFeature', 'target', ''],
    ['InitiatorAlias=a', 'operational', 'initiator', 'InitiatorAlias=Reject'],
    ['TargetAlias=a', 'operational', 'target', 'TargetAlias=Reject'],
    ['TargetAlias=a', 'operational', 'initiator', ''],
    ['SessionType=Normal', 'fullFeature', 'target', 'SessionType=Reject'],
    ['SendTargets=All', 'fullFeature', 'target', 'SendTargets=All'],
    ['SendTargets=All', 'operational', 'target', 'SendTargets=Reject'],
    ['SendTargets=All', 'fullFeature', 'initiator', 'SendTargets=Reject'],
    ['CHAP_A=5', 'security', 'target', 'CHAP_A=5'],
    ['CHAP_A=5', 'operational', 'target', 'CHAP_A=Reject'],
    ['AuthMethod=None', 'operational', 'target', 'AuthMethod=Reject'],
    ['AuthMethod=None', 'security', 'target', 'AuthMethod=None'],
    ['HeaderDigest=None', 'security', 'target', 'HeaderDigest=Reject'],
    ['HeaderDigest=None', 'operational', 'target', 'HeaderDigest=None'],
    ['HeaderDigest=None', 'fullFeature', 'target', 'HeaderDigest=Reject'],
    ['MaxRecvDataSegmentLength=512', 'security', 'target', 'MaxRecvDataSegmentLength=Reject'],
    ['MaxRecvDataSegmentLength=512', 'fullFeature', 'target', ''],
    ['OFMarker=No', 'operational', 'target', 'OFMarker=No'],
    ['OFMarker=No', 'fullFeature', 'target', 'OFMarker=Reject'],
  ] as const)('%s in the %s phase, heard by the %s, is answered with %j', (pair, phase, role, answered) => {
    expect(answer(pair, phase, role)).toBe(answered)
  })
})
