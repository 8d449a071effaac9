import { dataView, u8 } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import * as scsi from './index.ts'
import { MAX_LUNS, statusName } from './transport/index.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const raw = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

describe('the largest that there can be, and the smallest,', () => {
  it('are taken in a CDB', () => {
    const spec = {
      name: 'A',
      spec: 'B',
      opcode: 0xff,
      serviceAction: 0x1f,
      size: 16,
      fields: { value: u8(2) },
    } as const
    expect(hex(scsi.cdb(spec).encode({ value: 1 }))).toBe('ff1f01' + '00'.repeat(13))
    expect(hex(scsi.cdb({ ...spec, opcode: 0, serviceAction: 0 }).accepted)).toBe('ff1fff' + '00'.repeat(12) + 'c0')
    expect(scsi.serviceActionPointer).toEqual({ in: 'cdb', byte: 1, bit: 4 })
    expect(scsi.serviceActionOf(raw('9efe'))).toBe(0x1e)
    expect(hex(scsi.Read6.encode({ lba: 0x1f_ffff, blocks: 256 }))).toBe('081fffff0000')
    expect(hex(scsi.Read6.encode({ lba: 0, blocks: 1 }))).toBe('080000000100')
    expect(() => scsi.Read6.encode({ blocks: 257 })).toThrow(RangeError)
    expect(() => scsi.Read6.encode({ blocks: 0 })).toThrow(RangeError)
  })

  it('are taken as a capacity', () => {
    const smallest = { blocks: 1, blockSizeBytes: 1, physicalBlockBytes: 1 }
    const flags = { provisioningManaged: false, provisioningReadZeroes: false }
    expect(scsi.decodeCapacity16(scsi.encodeCapacity16({ ...smallest, ...flags }))).toEqual({ ...smallest, ...flags })
    expect(hex(scsi.encodeCapacity10(smallest))).toBe('0000000000000001')
    const largest = { blocks: 2 ** 52, blockSizeBytes: 0xffff_ffff, physicalBlockBytes: 0xffff_ffff }
    expect(hex(scsi.encodeCapacity16({ ...largest, ...flags }).subarray(0, 12))).toBe('000fffffffffffffffffffff')
  })

  it('are taken as lengths of lists', () => {
    expect(scsi.lbaStatusLength(0xff_ffff)).toBe(268_435_448)
    expect(() => scsi.lbaStatusLength(0x100_0000)).toThrow('runs is 16777216; right is a whole number from 0 to')
    expect(scsi.unmapListLength(4095)).toBe(65_528)
    const ranges = Array.from({ length: 4096 }, () => ({ lba: 0, blocks: 1 }))
    expect(hex(scsi.encodeUnmapList(ranges.slice(1)).subarray(0, 4))).toBe('fff6fff0')
    expect(() => scsi.encodeUnmapList(ranges)).toThrow('the number of ranges to unmap is 4096')
  })

  it('are taken as sense data', () => {
    const { code } = { code: scsi.Sense.invalidFieldInCdb }
    const fixed = (more: object) => hex(scsi.encodeSense({ code, ...more }, false))
    expect(fixed({ information: 0xffff_ffff, commandSpecific: 0xffff_ffff })).toBe(
      'f00005ffffffff0affffffff24000000' + '0000',
    )
    expect(fixed({ information: 2 ** 32, commandSpecific: 2 ** 32 })).toBe(
      '70000500000000 0a 00000000 2400 0000 0000'.replaceAll(' ', ''),
    )
    expect(fixed({ information: 0 })).toBe('f00005000000000a00000000240000000000')
    expect(fixed({ pointer: { in: 'cdb', byte: 0xffff, bit: 7 } })).toBe('700005000000000a00000000240000cfffff')
    expect(fixed({ pointer: { in: 'parameters', byte: 0, bit: 0 } })).toBe('700005000000000a00000000240000880000')
    expect(fixed({ pointer: { in: 'parameters', byte: 1 } })).toBe('700005000000000a00000000240000800001')
    for (const pointer of [
      { in: 'cdb', byte: 0x1_0000 },
      { in: 'cdb', byte: 0, bit: 8 },
    ] as const)
      expect(() => fixed({ pointer })).toThrow(RangeError)
    const last = { code: { key: 0xf, asc: 0xff, ascq: 0xff } } as const
    expect(hex(scsi.encodeSense(last, true))).toBe('720fffff00000000')
    expect(scsi.senseName(last.code)).toBe('sense key fh, additional sense code ffh/ffh')
    expect(() => scsi.senseName({ ...last.code, key: 16 as never })).toThrow(RangeError)
    expect(() => scsi.senseName({ ...last.code, asc: 256 })).toThrow(RangeError)
  })

  it('are taken as names and numbers of a unit', () => {
    expect(hex(scsi.naaDesignator(0xff_ffff, '').value)).toBe('6ffffff0000000000000000000000000')
    const most = { association: 2, protocol: 15 } as const
    expect(hex(scsi.encodeDesignators([scsi.numberDesignator(15 as never, 0xffff, most)]))).toBe('f1af00040000ffff')
    const long = scsi.encodeVpdPage({ qualifier: 0, deviceType: 0 }, 0xff, new Uint8Array(0xffff))
    expect(hex(long.subarray(0, 4))).toBe('00ffffff')
    expect(() => scsi.encodeVpdPage({ qualifier: 0, deviceType: 0 }, 0xff, new Uint8Array(0x1_0000))).toThrow(
      RangeError,
    )
    expect(statusName(0xff)).toBe('0xff')
    expect(hex(scsi.encodeLunList([MAX_LUNS - 1]))).toBe('0000000800000000d2ffffff00000000')
    expect(hex(scsi.encodeOneCommand({ support: 3, usage: new Uint8Array(0xffff) }).subarray(0, 4))).toBe('0003ffff')
    expect(() => scsi.encodeOneCommand({ support: 3, usage: new Uint8Array(0x1_0000) })).toThrow(RangeError)
  })
})

describe('what ends where it may', () => {
  it('is read whole: mode pages without a byte behind their headers', () => {
    const six = scsi.decodeModeData(scsi.ModeForm.six, raw('09000000 0a00 4a010000'))
    expect(six.pages.map(({ page, subpage, bytes }) => [page, subpage, bytes.length])).toEqual([
      [0x0a, 0, 2],
      [0x0a, 1, 4],
    ])
    expect(scsi.decodeModeSelectList(scsi.ModeForm.six, raw('00000000 0a00 4a010000')).pages).toHaveLength(2)
  })

  it('is read whole: mode data that is a block descriptor alone, of either form', () => {
    const short = { blocks: 8, blockSizeBytes: 512 }
    expect(scsi.decodeModeData(scsi.ModeForm.six, raw('0b000008 0000000800000200')).blockDescriptor).toEqual(short)
    const long = scsi.decodeModeData(scsi.ModeForm.ten, raw('0016000001000010 0000000100000000 00000000 00001000'))
    expect(long).toMatchObject({ longLba: true, blockDescriptor: { blocks: 2 ** 32, blockSizeBytes: 4096 } })
    const cut = scsi.decodeModeData(scsi.ModeForm.six, raw('0b000008 00000008000002'))
    expect(cut.blockDescriptor).toBeUndefined()
    const list = scsi.decodeModeSelectList(scsi.ModeForm.six, raw('00000008 0000000800000200'))
    expect([list.blockDescriptor, list.pages]).toEqual([short, []])
    const ten = scsi.decodeModeSelectList(scsi.ModeForm.ten, raw('0000000001000010 0000000100000000 00000000 00001000'))
    expect(ten.blockDescriptor).toEqual({ blocks: 2 ** 32, blockSizeBytes: 4096 })
  })

  it('is composed without a length for MODE SELECT, in which that is reserved', () => {
    const contents = { writeProtected: false, dpoFua: false, pages: [raw('0a00')] }
    expect(hex(scsi.encodeModeData(scsi.ModeForm.six, contents, false))).toBe('000000000a00')
    expect(hex(scsi.encodeModeData(scsi.ModeForm.six, contents))).toBe('050000000a00')
    expect(hex(scsi.encodeModeData(scsi.ModeForm.ten, contents))).toBe('00080000000000000a00')
  })

  it('is read whole: a designator without a value, and no number where there is none', () => {
    const found = scsi.decodeDesignators(raw('01000000'))
    expect(found).toMatchObject([{ codeSet: 1, association: 0, type: 0 }])
    expect(scsi.designatorNumber({ ...(found[0] as scsi.Designator), value: new Uint8Array(3) })).toBeUndefined()
    expect(() => scsi.decodeDesignators(raw('01000001'))).toThrow('a designator at 0 says 1 bytes; 0 are left')
    expect(() => scsi.decodeDesignators(raw('01000000010000'))).toThrow('a designator at 4 has no header')
  })

  it('is read whole: timeouts, and none that were cut', () => {
    const timed = raw('00000014 12000000 00020006 000a 0000 00000001 0000003c')
    expect(scsi.decodeAllCommands(timed)).toHaveLength(1)
    expect(scsi.decodeAllCommands(timed.subarray(0, -1))).toEqual([{ opcode: 0x12, cdbLength: 6 }])
  })

  it('is read whole: descriptors of sense data, where they say anything', () => {
    const information = '000a 0000 0000000000000007'
    expect(scsi.decodeSense(raw(`720524000000000c ${information}`)).information).toBeUndefined()
    expect(scsi.decodeSense(raw(`720524000000000c ${information.replace('0000', '8000')}`)).information).toBe(7)
    const shorter = '0009 8000 00000000000007 0109 0000 00000000000007 0205 0000 c00001'
    expect(scsi.decodeSense(raw(`720524000000001d ${shorter}`))).toEqual({
      code: { key: 5, asc: 0x24, ascq: 0 },
      deferred: false,
    })
    expect(scsi.decodeSense(raw('720524000000000c 010a 0000 0000000000000008')).commandSpecific).toBe(8)
  })
})

describe('task management functions', () => {
  it('are read from each of their bits', () => {
    const one = [0, 1].flatMap(byte => [7, 6, 5, 4, 3, 2, 1, 0].map(bit => ({ byte, bit })))
    const named = one.flatMap(({ byte, bit }) => {
      const bytes = new Uint8Array(4)
      bytes[byte] = 1 << bit
      return scsi.decodeSupportedFunctions(bytes).map(name => `${byte}.${bit} ${name}`)
    })
    expect(named).toEqual([
      '0.7 abortTask',
      '0.6 abortTaskSet',
      '0.5 clearAca',
      '0.4 clearTaskSet',
      '0.3 logicalUnitReset',
      '0.2 queryTask',
      '0.1 targetReset',
      '0.0 wakeup',
      '1.2 queryAsyncEvent',
      '1.1 queryTaskSet',
      '1.0 iTNexusReset',
    ])
  })
})

describe('the version descriptors of INQUIRY data', () => {
  it('are eight, from byte 58 on', () => {
    const versionDescriptors = [1, 2, 3, 4, 5, 6, 7, 0xffff]
    const bytes = scsi.StandardInquiry.encode({ versionDescriptors })
    expect(hex(bytes.subarray(58, 74))).toBe('0001000200030004000500060007ffff')
    expect(scsi.StandardInquiry.view(dataView(bytes)).versionDescriptors).toEqual(versionDescriptors)
    expect(hex(scsi.StandardInquiry.encode({ versionDescriptors: [9] }).subarray(58, 62))).toBe('00090000')
    expect(() => scsi.StandardInquiry.encode({ versionDescriptors: [0x1_0000] })).toThrow(RangeError)
  })
})
