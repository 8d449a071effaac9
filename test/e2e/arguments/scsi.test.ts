import * as scsi from '@lunkit/scsi'
import { Association, DesignatorType, ModeForm, Read10, Sense } from '@lunkit/scsi'
import * as transport from '@lunkit/scsi/transport'
import { u8 } from '@lunkit/wire'
import { describeArguments } from './argument-tests.ts'
import {
  type BadCall,
  eachBad,
  eachChanged,
  NO_BYTES,
  NO_FLAGS,
  NO_OBJECTS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  without,
} from './bad-values.ts'

const NO_BYTE = [...NO_WHOLE_NUMBERS, 256]
const NO_TEXT = without(NO_TEXTS, '')
const data = (call: (bad: never) => unknown): BadCall[] => eachBad(NO_BYTES, call)
const texts = (call: (bad: never) => unknown): BadCall[] => eachBad(NO_TEXT, call)
const NO_FORMS = [undefined, null, 7, '6', NaN, {}]
const NO_LISTS: readonly unknown[] = [undefined, null, 1, 'text', {}]
const view = new DataView(new ArrayBuffer(8))

const NAME = scsi.scsiNameDesignator('a', { association: Association.targetPort })
const badOwners = (call: (of: never) => unknown): BadCall[] => [
  ...eachBad(NO_OBJECTS, call),
  ...eachChanged({ association: 1 }, { association: [...NO_WHOLE_NUMBERS, 4], protocol: [null, NaN, 16, '1'] }, call),
]
const badDesignators = (call: (designator: never) => unknown): BadCall[] => [
  ...eachBad(NO_OBJECTS, call),
  ...eachChanged(
    NAME,
    {
      codeSet: [...NO_WHOLE_NUMBERS, 16],
      association: [...NO_WHOLE_NUMBERS, 4],
      type: [...NO_WHOLE_NUMBERS, 16],
      protocol: [null, NaN, 16, '1'],
      value: [...NO_BYTES, new Uint8Array(256)],
    },
    call,
  ),
]
const BAD_TIMEOUTS = [null, 1, { nominalSeconds: NaN }, { recommendedSeconds: 2 ** 32 }, { thereIsNoSuchField: 1 }]
const CAPACITY = {
  blocks: 8,
  blockSizeBytes: 512,
  physicalBlockBytes: 4096,
  provisioningManaged: true,
  provisioningReadZeroes: true,
}
const PERIPHERAL = { qualifier: 0, deviceType: 0 } as const
const CONTENTS = { writeProtected: false, dpoFua: false, pages: [] }
const SPEC = { name: 'A', spec: 'B', opcode: 0x28, size: 10, fields: { value: u8(2) } } as const
/** What is decoded of bytes alone. */
const decoded = (decoders: Readonly<Record<string, (bytes: never) => unknown>>) =>
  Object.fromEntries(Object.entries(decoders).map(([name, decode]) => [name, () => data(decode)]))

describeArguments('@lunkit/scsi', {
  door: scsi,
  calls: {
    ...decoded({
      decodeAllCommands: scsi.decodeAllCommands,
      decodeCapacity10: scsi.decodeCapacity10,
      decodeCapacity16: scsi.decodeCapacity16,
      decodeDesignators: scsi.decodeDesignators,
      decodeLbaStatus: scsi.decodeLbaStatus,
      decodeLunList: scsi.decodeLunList,
      decodeOneCommand: scsi.decodeOneCommand,
      decodeSense: scsi.decodeSense,
      decodeSerialNumber: scsi.decodeSerialNumber,
      decodeStandardInquiry: scsi.decodeStandardInquiry,
      decodeSupportedFunctions: scsi.decodeSupportedFunctions,
      decodeUnmapList: scsi.decodeUnmapList,
    }),
    hint: () => eachBad(NO_OBJECTS, bad => scsi.hint(bad)),
    ignored: () => eachBad(NO_OBJECTS, bad => scsi.ignored(bad)),
    mustBeZero: () => eachBad(NO_OBJECTS, bad => scsi.mustBeZero(bad)),
    asciiText: () => texts(bad => scsi.asciiText(bad)),
    isAsciiText: () => texts(bad => scsi.isAsciiText(bad)),
    encodeSerialNumber: () => texts(bad => scsi.encodeSerialNumber(bad)),
    pointerTo: () => [
      ...eachBad(NO_OBJECTS, bad => scsi.pointerTo(bad, 'blocks' as never)),
      ...eachBad(NO_TEXTS, bad => scsi.pointerTo(Read10, bad)),
      ...eachBad(without(NO_WHOLE_NUMBERS, undefined), bad => scsi.pointerTo(Read10, 'blocks', bad)),
    ],
    cdb: () => [
      ...eachBad(NO_OBJECTS, bad => scsi.cdb(bad)),
      ...eachChanged(
        SPEC,
        {
          name: NO_TEXT,
          spec: NO_TEXT,
          opcode: NO_BYTE,
          serviceAction: [...without(NO_WHOLE_NUMBERS, undefined), 32],
          size: [undefined, null, 7, '6', NaN],
          fields: [
            undefined,
            null,
            1,
            [],
            { a: 1 },
            { a: null },
            { operationCode: u8(0), other: u8(0) },
            { a: u8(10) },
          ],
        },
        bad => scsi.cdb(bad),
      ),
    ],
    refusing: () => [
      ...eachBad(NO_OBJECTS, bad => scsi.refusing(bad, [])),
      ...eachBad([...NO_LISTS, [1]], bad => scsi.refusing(Read10, bad)),
    ],
    cdbLength: () => eachBad(NO_BYTE, bad => scsi.cdbLength(bad)),
    encodeCapacity10: () => [
      ...eachBad(NO_OBJECTS, bad => scsi.encodeCapacity10(bad)),
      ...eachChanged(CAPACITY, { blocks: [...NO_WHOLE_NUMBERS, 0], blockSizeBytes: [null, NaN, '512', 2 ** 32] }, bad =>
        scsi.encodeCapacity10(bad),
      ),
    ],
    encodeCapacity16: () => [
      ...eachBad(NO_OBJECTS, bad => scsi.encodeCapacity16(bad)),
      ...eachChanged(
        CAPACITY,
        {
          blocks: [...NO_WHOLE_NUMBERS, 0],
          blockSizeBytes: [...NO_WHOLE_NUMBERS, 0],
          physicalBlockBytes: [...NO_WHOLE_NUMBERS, 0, 513, 256],
          provisioningManaged: [undefined, ...NO_FLAGS],
          provisioningReadZeroes: [undefined, ...NO_FLAGS],
        },
        bad => scsi.encodeCapacity16(bad),
      ),
    ],
    lbaStatusLength: () => eachBad(NO_WHOLE_NUMBERS, bad => scsi.lbaStatusLength(bad)),
    encodeLbaStatus: () => [
      ...eachBad([...NO_LISTS, ...NO_OBJECTS.map(each => [each])], bad => scsi.encodeLbaStatus(bad)),
      ...eachChanged(
        { lba: 0, blocks: 1, status: 0 },
        { lba: NO_WHOLE_NUMBERS, blocks: [...NO_WHOLE_NUMBERS, 2 ** 32], status: [...NO_WHOLE_NUMBERS, 16] },
        bad => scsi.encodeLbaStatus([bad]),
      ),
    ],
    encodeLunList: () => [
      ...eachBad(NO_LISTS, bad => scsi.encodeLunList(bad)),
      ...eachBad(
        NO_WHOLE_NUMBERS.filter(bad => bad !== -1),
        bad => scsi.encodeLunList([bad]),
      ),
    ],
    encodeAllCommands: () => [
      ...eachBad([...NO_LISTS, [null], [1], [[]]], bad => scsi.encodeAllCommands(bad)),
      ...eachChanged(
        { opcode: 0x28, cdbLength: 10 },
        {
          opcode: without(NO_BYTE, undefined),
          serviceAction: [...without(NO_WHOLE_NUMBERS, undefined, null), 2 ** 16],
          cdbLength: [...without(NO_WHOLE_NUMBERS, undefined), 2 ** 16],
          timeouts: BAD_TIMEOUTS,
        },
        bad => scsi.encodeAllCommands([bad]),
      ),
    ],
    encodeOneCommand: () => [
      ...eachBad(NO_OBJECTS, bad => scsi.encodeOneCommand(bad)),
      ...eachChanged(
        { support: 3, usage: new Uint8Array(6) },
        { support: [null, NaN, 8, '1'], usage: NO_BYTES, timeouts: BAD_TIMEOUTS },
        bad => scsi.encodeOneCommand(bad),
      ),
    ],
    encodeSupportedFunctions: () => [
      ...eachBad([...NO_LISTS, [1], ['thereIsNoSuch']], bad => scsi.encodeSupportedFunctions(bad, false)),
      ...eachBad([undefined, ...NO_FLAGS], bad => scsi.encodeSupportedFunctions([], bad)),
    ],
    unmapListLength: () => eachBad(NO_WHOLE_NUMBERS, bad => scsi.unmapListLength(bad)),
    encodeUnmapList: () => [
      ...eachBad([...NO_LISTS, [null], [{}], [{ lba: 0 }], [{ blocks: 0 }]], bad => scsi.encodeUnmapList(bad)),
      ...eachBad(NO_WHOLE_NUMBERS, lba => scsi.encodeUnmapList([{ lba, blocks: 1 }])),
      ...eachBad([...NO_WHOLE_NUMBERS, 2 ** 32], blocks => scsi.encodeUnmapList([{ lba: 0, blocks }])),
    ],
    encodeModeData: () => [
      ...eachBad(NO_FORMS, bad => scsi.encodeModeData(bad, CONTENTS)),
      ...eachBad([...NO_OBJECTS, { pages: [1] }], bad => scsi.encodeModeData(ModeForm.six, bad)),
      ...eachChanged(
        CONTENTS,
        {
          writeProtected: NO_FLAGS,
          dpoFua: NO_FLAGS,
          blockDescriptor: [null, 1, { blocks: '1' }, { blockSizeBytes: -1 }],
        },
        bad => scsi.encodeModeData(ModeForm.ten, bad),
      ),
      ...eachBad(NO_FLAGS, bad => scsi.encodeModeData(ModeForm.six, CONTENTS, bad)),
    ],
    decodeModeData: () => [
      ...eachBad(NO_FORMS, bad => scsi.decodeModeData(bad, new Uint8Array(8))),
      ...data(bad => scsi.decodeModeData(ModeForm.six, bad)),
    ],
    decodeModeSelectList: () => [
      ...eachBad(NO_FORMS, bad => scsi.decodeModeSelectList(bad, new Uint8Array(8))),
      ...data(bad => scsi.decodeModeSelectList(ModeForm.six, bad)),
    ],
    encodeSense: () => [
      ...eachBad(NO_OBJECTS, bad => scsi.encodeSense(bad, false)),
      ...eachChanged(
        { code: Sense.writeError },
        {
          code: [...NO_OBJECTS, { key: 16, asc: 0, ascq: 0 }, { key: 3, asc: 256, ascq: 0 }, { key: 3, asc: 0 }],
          deferred: NO_FLAGS,
          information: [null, NaN, -1, '1', 1n],
          commandSpecific: [null, NaN, -1, '1', 1n],
          pointer: [null, 1, {}, { in: 'nowhere', byte: 0 }, { in: 'cdb', byte: -1 }, { in: 'cdb', byte: 0, bit: 8 }],
        },
        bad => scsi.encodeSense(bad, true),
      ),
      ...eachBad([undefined, ...NO_FLAGS], bad => scsi.encodeSense({ code: Sense.writeError }, bad)),
    ],
    senseName: () => eachBad([...NO_OBJECTS, { key: 1, asc: '1', ascq: 0 }], bad => scsi.senseName(bad)),
    naaDesignator: () => [
      ...eachBad([...NO_WHOLE_NUMBERS, 2 ** 24], bad => scsi.naaDesignator(bad, 'a')),
      ...texts(bad => scsi.naaDesignator(1, bad)),
    ],
    t10VendorDesignator: () => [
      ...texts(bad => scsi.t10VendorDesignator(bad, 'a', 'a')),
      ...texts(bad => scsi.t10VendorDesignator('a', bad, 'a')),
      ...texts(bad => scsi.t10VendorDesignator('a', 'a', bad)),
    ],
    numberDesignator: () => [
      ...eachBad([...NO_WHOLE_NUMBERS, 16], bad => scsi.numberDesignator(bad, 1, { association: 1 })),
      ...eachBad([...without(NO_WHOLE_NUMBERS, undefined), 2 ** 16], bad =>
        scsi.numberDesignator(DesignatorType.relativeTargetPort, bad, { association: 1 }),
      ),
      ...badOwners(bad => scsi.numberDesignator(DesignatorType.relativeTargetPort, 1, bad)),
    ],
    scsiNameDesignator: () => [
      ...texts(bad => scsi.scsiNameDesignator(bad, { association: 1 })),
      ...badOwners(bad => scsi.scsiNameDesignator('a', bad)),
    ],
    designatorNumber: () => badDesignators(bad => scsi.designatorNumber(bad)),
    designatorText: () => badDesignators(bad => scsi.designatorText(bad)),
    encodeDesignators: () => [
      ...eachBad(NO_LISTS, bad => scsi.encodeDesignators(bad)),
      ...badDesignators(bad => scsi.encodeDesignators([bad])),
    ],
    encodeVpdPage: () => [
      ...eachBad([undefined, null, 1, [], { qualifier: 8 }, { deviceType: '0' }], bad =>
        scsi.encodeVpdPage(bad, 0, new Uint8Array(0)),
      ),
      ...eachBad(NO_BYTE, bad => scsi.encodeVpdPage(PERIPHERAL, bad, new Uint8Array(0))),
      ...data(bad => scsi.encodeVpdPage(PERIPHERAL, 0, bad)),
    ],
    decodeVpdPage: () => [
      ...data(bad => scsi.decodeVpdPage(bad, 0)),
      ...eachBad(NO_BYTE, bad => scsi.decodeVpdPage(new Uint8Array(4), bad)),
    ],
  },
  untried: { perCommand: ['serviceActionOf', 'strayBit'] },
})

describeArguments('@lunkit/scsi/transport', {
  door: transport,
  calls: {
    encodeLun: () => [
      ...eachBad([...NO_WHOLE_NUMBERS.filter(bad => bad !== -1), 2 ** 24, -2], bad => transport.encodeLun(bad, view)),
      ...eachBad([...NO_OBJECTS, new Uint8Array(8)], bad => transport.encodeLun(0, bad)),
      ...eachBad(
        without(NO_WHOLE_NUMBERS, undefined).filter(bad => bad !== 2 ** 53),
        bad => transport.encodeLun(0, view, bad),
      ),
    ],
    statusName: () => eachBad([...NO_WHOLE_NUMBERS, 256], bad => transport.statusName(bad)),
  },
  untried: { perCommand: ['decodeLun'], anyValue: ['LUN.has'] },
  state: () => Buffer.from(view.buffer).toString('hex'),
})
