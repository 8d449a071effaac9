import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ParameterDataError, ParameterListError } from '../parameter-error.ts'
import { Sense } from '../sense-code.ts'
import { SpecialLun } from '../transport/lun.ts'
import {
  CommandSupport,
  decodeAllCommands,
  decodeCapacity10,
  decodeCapacity16,
  decodeLbaStatus,
  decodeLunList,
  decodeOneCommand,
  decodeSupportedFunctions,
  decodeUnmapList,
  encodeAllCommands,
  encodeCapacity10,
  encodeCapacity16,
  encodeLbaStatus,
  encodeLunList,
  encodeOneCommand,
  encodeSupportedFunctions,
  encodeUnmapList,
  lbaStatusLength,
  ProvisioningStatus,
  unmapListLength,
} from './index.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const raw = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const plain = (text: string): string => text.replaceAll(' ', '')

const medium = {
  blocks: 0x80000,
  blockSizeBytes: 512,
  physicalBlockBytes: 4096,
  provisioningManaged: true,
  provisioningReadZeroes: true,
}

describe('capacity data', () => {
  it('names the last block', () => {
    expect(hex(encodeCapacity10(medium))).toBe('0007ffff00000200')
    expect(hex(encodeCapacity16(medium))).toBe(plain(`000000000007ffff 00000200 00 03 c000 ${'00'.repeat(16)}`))
  })

  it('sends the reader of a large medium to READ CAPACITY (16)', () => {
    expect(hex(encodeCapacity10({ blocks: 2 ** 32, blockSizeBytes: 512 }))).toBe('ffffffff00000200')
    expect(hex(encodeCapacity10({ blocks: 2 ** 32 - 1, blockSizeBytes: 512 }))).toBe('fffffffe00000200')
    expect(hex(encodeCapacity16({ ...medium, blocks: 2 ** 33 + 1 }).subarray(0, 8))).toBe('0000000200000000')
    expect(decodeCapacity10(raw('ffffffff00000200'))).toBeUndefined()
  })

  it('is read back', () => {
    expect(decodeCapacity10(encodeCapacity10(medium))).toEqual({ blocks: 0x80000, blockSizeBytes: 512 })
    expect(decodeCapacity16(encodeCapacity16(medium))).toEqual(medium)
    const partition = { ...medium, lowestAlignedLba: 7 }
    expect(hex(encodeCapacity16(partition)).slice(28, 32)).toBe('c007')
    expect(decodeCapacity16(encodeCapacity16(partition))).toEqual(partition)
  })
})

describe('a LUN list', () => {
  it('is composed of eight bytes a LUN', () => {
    expect(hex(encodeLunList([]))).toBe('0000000000000000')
    expect(hex(encodeLunList([0, 300, SpecialLun.reportLuns]))).toBe(
      plain('0000001800000000 0000000000000000 012c000000000000 c101000000000000'),
    )
  })

  it('is read in both forms of a number', () => {
    const list = '0000001000000000 012c000000000000 412c000000000000'
    expect(decodeLunList(raw(plain(list))).luns).toEqual([300, 300])
  })

  it('is read as far as it came', () => {
    const whole = encodeLunList([0, 1, 20_000])
    expect(decodeLunList(whole)).toEqual({ luns: [0, 1, 20_000], wholeBytes: 32 })
    expect(decodeLunList(whole.subarray(0, 20))).toEqual({ luns: [0], wholeBytes: 32 })
  })
})

describe("UNMAP's parameter list", () => {
  const ranges = [
    { lba: 0x1_0000_0001, blocks: 8 },
    { lba: 16, blocks: 0 },
  ]
  const list = '0026 0020 00000000 0000000100000001 00000008 00000000 0000000000000010 00000000 00000000'

  it('is composed and read', () => {
    expect(hex(encodeUnmapList(ranges))).toBe(plain(list))
    expect(decodeUnmapList(raw(list))).toEqual(ranges)
    expect(unmapListLength(2)).toBe(40)
  })

  it('is read without a last descriptor that is not whole, and without what follows', () => {
    expect(decodeUnmapList(raw(list.replace('0020', '0018')))).toEqual(ranges.slice(0, 1))
    expect(decodeUnmapList(raw(`${list} 00000000`))).toEqual(ranges)
  })

  it.each([
    ['its header', '00260020000000'],
    ['the descriptors that it announces', list.slice(0, -2)],
  ])('is refused where it ends within %s', (_what, bytes) => {
    expect(() => decodeUnmapList(raw(bytes))).toThrow(ParameterListError)
    expect(() => decodeUnmapList(raw(bytes))).toThrow(expect.objectContaining({ code: Sense.parameterListLengthError }))
  })
})

describe('LBA status data', () => {
  const runs = [
    { lba: 0, blocks: 8, status: ProvisioningStatus.mapped },
    { lba: 8, blocks: 0xffff_ffff, status: ProvisioningStatus.deallocated },
  ]
  const data = '00000024 00000000 0000000000000000 00000008 00000000 0000000000000008 ffffffff 01000000'

  it('is composed and read', () => {
    expect(hex(encodeLbaStatus(runs))).toBe(plain(data))
    expect(decodeLbaStatus(raw(data))).toEqual(runs)
    expect(decodeLbaStatus(raw(data).subarray(0, 30))).toEqual(runs.slice(0, 1))
    expect(lbaStatusLength(1)).toBe(24)
  })
})

describe('the list of all commands', () => {
  const commands = [
    { opcode: 0x12, cdbLength: 6 },
    { opcode: 0x9e, serviceAction: 0x10, cdbLength: 16 },
  ]
  const timeouts = { nominalSeconds: 1, recommendedSeconds: 60 }

  it('is composed and read without timeouts', () => {
    const bytes = '00000010 12 00 0000 00 00 0006 9e 00 0010 00 01 0010'
    expect(hex(encodeAllCommands(commands))).toBe(plain(bytes))
    expect(decodeAllCommands(raw(bytes))).toEqual(commands)
  })

  it('is composed and read with timeouts', () => {
    const bytes = '00000014 12 00 0000 00 02 0006 000a 00 00 00000001 0000003c'
    const timed = [{ opcode: 0x12, cdbLength: 6, timeouts }]
    expect(hex(encodeAllCommands(timed))).toBe(plain(bytes))
    expect(decodeAllCommands(raw(bytes))).toEqual(timed)
  })
})

describe('what is said of one command', () => {
  it('is its usage map, and timeouts if they were asked for', () => {
    const one = { support: CommandSupport.standard, usage: raw('1201ffffff00') }
    expect(hex(encodeOneCommand(one))).toBe('000300061201ffffff00')
    const timed = { ...one, timeouts: { nominalSeconds: 0, recommendedSeconds: 30 } }
    expect(hex(encodeOneCommand(timed))).toBe('008300061201ffffff00000a0000000000000000001e')
    expect(decodeOneCommand(encodeOneCommand(timed))).toEqual(timed)
  })

  it('may be that it is not supported', () => {
    expect(hex(encodeOneCommand({ support: CommandSupport.notSupported, usage: raw('') }))).toBe('00010000')
  })
})

describe('the list of task management functions', () => {
  it('is composed and read', () => {
    expect(hex(encodeSupportedFunctions(['abortTask', 'logicalUnitReset', 'queryTaskSet'], false))).toBe('88020000')
    expect(hex(encodeSupportedFunctions(['abortTask', 'iTNexusReset'], true))).toBe('8001000c000000000000000000000000')
    expect(decodeSupportedFunctions(raw('f8060000'))).toEqual([
      'abortTask',
      'abortTaskSet',
      'clearAca',
      'clearTaskSet',
      'logicalUnitReset',
      'queryAsyncEvent',
      'queryTaskSet',
    ])
  })
})

/** `read`, `refused` by its own error, or whatever else came up. */
function outcome(read: () => unknown): unknown {
  try {
    read()
    return 'read'
  } catch (error) {
    return error instanceof ParameterDataError || error instanceof ParameterListError ? 'refused' : error
  }
}

describe('any bytes', () => {
  it.each([
    decodeAllCommands,
    decodeCapacity10,
    decodeCapacity16,
    decodeLbaStatus,
    decodeLunList,
    decodeOneCommand,
    decodeSupportedFunctions,
    decodeUnmapList,
  ])('are read, or refused by its own error: %o', decode => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
        expect(['read', 'refused']).toContain(outcome(() => decode(bytes)))
      }),
    )
  })
})
