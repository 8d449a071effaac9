import * as pdu from '@lunkit/pdu'
import { beginNegotiation, Decoder, NopOut, PduWriter, TextAssembler, TextMask } from '@lunkit/pdu'
import { describeArguments } from './argument-tests.ts'
import {
  type BadCall,
  eachBad,
  eachChanged,
  eachLacking,
  NO_BYTES,
  NO_FLAGS,
  NO_OBJECTS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  without,
} from './bad-values.ts'

const NO_TEXT = without(NO_TEXTS, '')
const data = (call: (bad: never) => unknown): BadCall[] => eachBad(NO_BYTES, call)
const optionalData = (call: (bad: never) => unknown): BadCall[] => eachBad(without(NO_BYTES, undefined), call)
const texts = (call: (bad: never) => unknown): BadCall[] => eachBad(NO_TEXT, call)
const NO_OCTETS: readonly unknown[] = [...NO_WHOLE_NUMBERS, 256]
const NO_CHALLENGES: readonly unknown[] = [...NO_BYTES, new Uint8Array(0), new Uint8Array(1025)]
const header = new DataView(new ArrayBuffer(48))
const NO_VIEWS: readonly unknown[] = [...NO_OBJECTS, new Uint8Array(48), new DataView(new ArrayBuffer(47))]
const NO_PAIRS: readonly unknown[] = [undefined, null, 1, 'a=b', {}, ['a'], [['a']], [['a', 1]], [[1, 'a']]]
const BAD_LIMITS: readonly unknown[] = [
  null,
  1,
  [],
  {},
  { textBytes: 1 },
  { textBytes: NaN, keys: 1 },
  { textBytes: 1, keys: '1' },
]

const negotiation = beginNegotiation('target', {})
const { role, offered, told, ours } = negotiation
const negotiations = (call: (bad: never) => unknown): BadCall[] =>
  eachBad([...NO_OBJECTS, { offered: 1 }, ...eachLacking({ role, offered, told, ours })], call)
const PACKET = { pdu: NopOut, values: {}, ahs: [], data: { kind: 'none' } } as unknown as pdu.Packet
const writer = new PduWriter()
const assembler = new TextAssembler()

const BAD_DATA: readonly unknown[] = [
  ...[...NO_OBJECTS, { kind: 'thereIsNoSuchKind' }, { kind: 'bytes' }, { kind: 'bytes', bytes: 'text' }],
  ...[{ kind: 'text' }, { kind: 'text', pairs: 1 }, { kind: 'text', pairs: [1] }, { kind: 'text', pairs: [['a', 1]] }],
  ...[
    { kind: 'sense', sense: 'a', after: new Uint8Array(0) },
    { kind: 'sense', sense: new Uint8Array(0) },
  ],
  ...[
    { kind: 'header', header: 1, after: new Uint8Array(0) },
    { kind: 'header', header: PACKET },
  ],
]
const BAD_SEGMENTS: readonly unknown[] = [
  ...[undefined, null, 1, 'text', {}, [null], [1], [{ type: 1 }], [{ type: 64, bytes: new Uint8Array(1) }]],
  ...[[{ type: '1', cdb: new Uint8Array(1) }], [{ type: 1, cdb: 'text' }], [{ type: 9, bytes: [1] }]],
  ...[[{ type: 2, readBytes: -1 }], [{ type: 2, readBytes: 2 ** 32 }], [{ type: 9, bytes: new Uint8Array(65_536) }]],
]

describeArguments('@lunkit/pdu', {
  door: pdu,
  calls: {
    'new Decoder': () => [
      ...eachBad(
        [...NO_OBJECTS, ...eachLacking({ header: () => pdu.DROP, complete: () => undefined })],
        bad => new Decoder(bad),
      ),
      ...eachBad(
        [null, 1, [], { no: 1 }, { ahsBytes: NaN }, { ahsBytes: 1021 }, { pdusPerPush: 0 }],
        bad => new Decoder({ header: () => pdu.DROP, complete: () => undefined }, bad),
      ),
    ],
    'new PduWriter': () => eachBad(without(NO_OBJECTS, undefined), bad => new PduWriter(bad)),
    'new TextAssembler': () => eachBad(BAD_LIMITS, bad => new TextAssembler(bad)),
    'new TextMask': () => eachBad([undefined, ...NO_FLAGS], bad => new TextMask(bad)),
    'TextMask.masked': () => [
      ...data(bad => new TextMask(true).masked(bad, false)),
      ...eachBad([undefined, ...NO_FLAGS], bad => new TextMask(true).masked(new Uint8Array(0), bad)),
    ],
    'TextAssembler.add': () => [
      ...data(bad => assembler.add(bad, true)),
      ...eachBad([undefined, ...NO_FLAGS], bad => assembler.add(new Uint8Array(0), bad)),
    ],
    decodeText: () => [
      ...data(bad => pdu.decodeText(bad)),
      ...eachBad(BAD_LIMITS, bad => pdu.decodeText(new Uint8Array(0), bad)),
    ],
    encodeText: () => eachBad([...NO_PAIRS, [['', 'a']], [['a', '\0']]], bad => pdu.encodeText(bad)),
    splitText: () => [
      ...data(bad => pdu.splitText(bad, 512)),
      ...eachBad([0, ...NO_WHOLE_NUMBERS], bad => pdu.splitText(new Uint8Array(9), bad)),
    ],
    parseNumber: () => texts(bad => pdu.parseNumber(bad)),
    parseBinary: () => texts(bad => pdu.parseBinary(bad)),
    formatBinary: () => [
      ...data(bad => pdu.formatBinary(bad)),
      ...eachBad([null, 1, 'base32', {}], bad => pdu.formatBinary(new Uint8Array(1), bad)),
    ],
    parseChapBinary: () => texts(bad => pdu.parseChapBinary(bad)),
    parseChapIdentifier: () => texts(bad => pdu.parseChapIdentifier(bad)),
    parseChapAlgorithms: () => texts(bad => pdu.parseChapAlgorithms(bad)),
    'new ChapSecret': () =>
      eachBad(
        [...NO_BYTES.filter(bad => typeof bad !== 'string'), '', new Uint8Array(0)],
        bad => new pdu.ChapSecret(bad),
      ),
    chapResponse: () => [
      ...eachBad(NO_OBJECTS, bad => pdu.chapResponse(bad)),
      ...eachChanged(
        { algorithm: 5, identifier: 0, secret: new Uint8Array(1), challenge: new Uint8Array(1) },
        { algorithm: [9, '5', undefined], identifier: NO_OCTETS, secret: NO_BYTES, challenge: NO_CHALLENGES },
        bad => pdu.chapResponse(bad),
      ),
    ],
    saidText: () => texts(bad => pdu.saidText(bad)),
    saidPair: () => [...texts(bad => pdu.saidPair(bad, 'a')), ...texts(bad => pdu.saidPair('a', bad))],
    comparedName: () => texts(bad => pdu.comparedName(bad)),
    checkOffers: () =>
      eachBad(
        [undefined, null, 1, [], { NoKey: 1 }, { InitialR2T: 'Yes' }, { MaxBurstLength: 1 }, { HeaderDigest: 5 }],
        bad => pdu.checkOffers('x', bad),
      ),
    beginNegotiation: () => [
      ...eachBad([...NO_TEXTS, 'both'], bad => beginNegotiation(bad, {})),
      ...eachBad([undefined, null, 1, [], { NoKey: 1 }, { InitialR2T: 'Yes' }], bad => beginNegotiation('target', bad)),
      ...eachBad([null, 1, [], { leading: 1 }, { leftOpen: [] }, { agreed: 1 }, { no: 1 }], bad =>
        beginNegotiation('target', {}, bad),
      ),
    ],
    negotiate: () => [
      ...negotiations(bad => pdu.negotiate(bad, [], 'operational')),
      ...eachBad(NO_PAIRS, bad => pdu.negotiate(negotiation, bad, 'operational')),
      ...eachBad([...NO_TEXTS, 'thereIsNoSuchPhase'], bad => pdu.negotiate(negotiation, [], bad)),
    ],
    offer: () => [
      ...negotiations(bad => pdu.offer(bad, { phase: 'operational', which: 'all' })),
      ...eachBad(NO_OBJECTS, bad => pdu.offer(negotiation, bad)),
      ...eachChanged(
        { phase: 'operational', which: 'all' },
        { phase: [...NO_TEXTS, 'a'], which: [...NO_TEXTS, 'a'] },
        bad => pdu.offer(negotiation, bad),
      ),
    ],
    unanswered: () => negotiations(bad => pdu.unanswered(bad)),
    leaveOpen: () => negotiations(bad => pdu.leaveOpen(bad)),
    parametersOf: () => negotiations(bad => pdu.parametersOf(bad)),
    sessionWide: () => negotiations(bad => pdu.sessionWide(bad)),
    loginStatusClass: () => eachBad([...NO_WHOLE_NUMBERS, 65_536], bad => pdu.loginStatusClass(bad)),
    readAhs: () => [
      ...eachBad([...NO_OBJECTS, new Uint8Array(48)], bad => pdu.readAhs(bad, 0, 4)),
      ...eachBad([...NO_WHOLE_NUMBERS, 45], bad => pdu.readAhs(header, bad, 4)),
      ...eachBad([...NO_WHOLE_NUMBERS, 49], bad => pdu.readAhs(header, 0, bad)),
    ],
    writeAhs: () => eachBad(BAD_SEGMENTS, bad => pdu.writeAhs(bad)),
    readPacket: () => [
      ...eachBad(NO_VIEWS, bad => pdu.readPacket(bad, 0)),
      ...eachBad([...NO_WHOLE_NUMBERS, 1], bad => pdu.readPacket(header, bad)),
      ...optionalData(bad => pdu.readPacket(header, 0, bad)),
    ],
    tracePdu: () => [
      ...eachBad(NO_VIEWS, bad => pdu.tracePdu(bad, 0)),
      ...eachBad([...NO_WHOLE_NUMBERS, 1], bad => pdu.tracePdu(header, bad)),
      ...optionalData(bad => pdu.tracePdu(header, 0, bad)),
    ],
    isPacket: () => [
      ...eachBad([...NO_OBJECTS, ...eachLacking(PACKET), { ...PACKET, data: null }, { ...PACKET, data: 1 }], bad =>
        pdu.isPacket(bad, NopOut),
      ),
      ...eachBad([...NO_OBJECTS, { ...PACKET, ahs: {} }], bad => pdu.isPacket(bad, NopOut)),
      ...eachBad([...NO_OBJECTS, { opcode: 0 }, { compose: () => undefined }], bad => pdu.isPacket(PACKET, bad)),
    ],
    dataBytes: () => eachBad(BAD_DATA, bad => pdu.dataBytes(bad)),
    writePacket: () => [
      ...eachBad(NO_OBJECTS, bad => pdu.writePacket(bad, PACKET)),
      ...eachBad(NO_OBJECTS, bad => pdu.writePacket(writer, bad)),
      ...eachChanged(
        PACKET,
        { pdu: NO_OBJECTS, values: [null, 1, [], { initiatorTaskTag: '1' }], ahs: BAD_SEGMENTS, data: BAD_DATA },
        bad => pdu.writePacket(writer, bad),
      ),
    ],
  },
  untried: {
    noArguments: [
      'ChapSecret.toJSON',
      'new BlockPool',
      'BlockPool.take',
      'Decoder.stop',
      'PduWriter.end',
      'PduWriter.take',
    ],
    anyValue: ['ISCSI_NAME.has', 'OWN_ISCSI_NAME.has', 'chapAlgorithmOf', 'keyOf'],
    perCommand: [
      ...['BlockPool.recycle', 'Decoder.push', 'Decoder.landed', 'PduWriter.compose', 'PduWriter.ahs'],
      ...['PduWriter.endWith', 'PduWriter.number', 'paddingOf', 'pduOf'],
    ],
    ofATable: ['parse', 'format', 'settle', 'admissible', 'decides', 'asOffer'].map(name => `keys.*.${name}`),
  },
  state: () => [writer.pendingBytes, writer.take(), assembler.begun],
})
