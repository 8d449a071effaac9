import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSense, encodeSense, type SenseData, SenseError } from './sense.ts'
import { Sense, SenseKey, senseName } from './sense-code.ts'

const FIXED = false
const DESCRIPTOR = true
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const raw = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

const GOLDEN: readonly (readonly [string, SenseData, boolean, string])[] = [
  [
    'fixed format',
    { code: Sense.noAdditionalSenseInformation },
    FIXED,
    '70 00 00 00000000 0a 00000000 00 00 00 000000',
  ],
  [
    'a unit attention in fixed format',
    { code: Sense.powerOnResetOrBusDeviceResetOccurred },
    FIXED,
    '70 00 06 00000000 0a 00000000 29 00 00 000000',
  ],
  [
    'a field pointer into the CDB, with a bit',
    { code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 1, bit: 7 } },
    FIXED,
    '70 00 05 00000000 0a 00000000 24 00 00 cf0001',
  ],
  [
    'a field pointer into a parameter list, to a whole byte',
    { code: Sense.invalidFieldInParameterList, pointer: { in: 'parameters', byte: 0x0203 } },
    FIXED,
    '70 00 05 00000000 0a 00000000 26 00 00 800203',
  ],
  [
    'an address',
    { code: Sense.unrecoveredReadError, information: 0x12345678 },
    FIXED,
    'f0 00 03 12345678 0a 00000000 11 00 00 000000',
  ],
  [
    'an address too large for fixed format, which is left out',
    { code: Sense.unrecoveredReadError, information: 0x1_0000_0000 },
    FIXED,
    '70 00 03 00000000 0a 00000000 11 00 00 000000',
  ],
  [
    'a deferred error',
    { code: Sense.writeError, deferred: true },
    FIXED,
    '71 00 03 00000000 0a 00000000 0c 00 00 000000',
  ],
  [
    'command-specific information',
    { code: Sense.invalidFieldInCdb, commandSpecific: 7 },
    FIXED,
    '70 00 05 00000000 0a 00000007 24 00 00 000000',
  ],
  ['descriptor format', { code: Sense.iTNexusLossOccurred }, DESCRIPTOR, '72 06 29 07 00000000'],
  [
    'an address in descriptor format',
    { code: Sense.miscompareDuringVerifyOperation, information: 0x1_0000_0200 },
    DESCRIPTOR,
    '72 0e 1d 00 0000000c 000a8000 0000000100000200',
  ],
  [
    'everything in descriptor format, deferred',
    {
      code: Sense.invalidFieldInCdb,
      deferred: true,
      information: 1,
      commandSpecific: 2,
      pointer: { in: 'cdb', byte: 2, bit: 5 },
    },
    DESCRIPTOR,
    '73 05 24 00 00000020 000a80000000000000000001 010a00000000000000000002 02060000cd000200',
  ],
]

/** `read`, `refused` by its own error, or whatever else came up. */
function outcome(read: () => unknown): unknown {
  try {
    read()
    return 'read'
  } catch (error) {
    return error instanceof SenseError ? 'refused' : error
  }
}

describe('sense data', () => {
  it.each(GOLDEN)('is composed: %s', (_what, sense, descriptorFormat, bytes) => {
    expect(hex(encodeSense(sense, descriptorFormat))).toBe(bytes.replaceAll(' ', ''))
  })

  it('is read back as it was composed, in both formats', () => {
    const number = fc.integer({ min: 1, max: 0xffff_ffff })
    const pointer = fc.record(
      {
        in: fc.constantFrom('cdb' as const, 'parameters' as const),
        byte: fc.integer({ min: 0, max: 0xffff }),
        bit: fc.integer({ min: 0, max: 7 }),
      },
      { requiredKeys: ['in', 'byte'] },
    )
    const sense = fc.record(
      { deferred: fc.boolean(), information: number, commandSpecific: number, pointer },
      { requiredKeys: ['deferred'] },
    )
    fc.assert(
      fc.property(sense, fc.boolean(), (details, descriptorFormat) => {
        const { key, asc, ascq } = Sense.invalidFieldInParameterList
        const given = { code: { key, asc, ascq }, ...details }
        expect(decodeSense(encodeSense(given, descriptorFormat))).toEqual(given)
      }),
    )
  })

  it.each(['72 f3 11 00 00000000', '70 00 03 00000000 0a 00000000 11 00 00 000000'])(
    'is read without what the standard reserves beside it: %s',
    bytes => {
      expect(decodeSense(raw(bytes)).code).toEqual(decodeSense(raw('72 03 11 00 00000000')).code)
    },
  )

  it('that was cut short is read as far as it came', () => {
    expect(decodeSense(raw('7200060000000000').subarray(0, 8)).code.key).toBe(SenseKey.noSense)
    expect(decodeSense(raw('70000500000000 0a 00000000 2400'))).toEqual({
      code: { key: 5, asc: 0x24, ascq: 0 },
      deferred: false,
    })
    expect(decodeSense(raw('70000500000000 06 00000000 2400 00 cf0001')).pointer).toBeUndefined()
    expect(decodeSense(raw('7205240000000014 000a8000 00000000')).information).toBeUndefined()
  })

  it('has a field pointer only with ILLEGAL REQUEST', () => {
    expect(decodeSense(raw('70000200000000 0a 00000000 0401 00 801234')).pointer).toBeUndefined()
  })

  it('passes over descriptors of other types', () => {
    expect(decodeSense(raw('720624000000000c 0305000000000a 000000'))).toEqual({
      code: { key: 6, asc: 0x24, ascq: 0 },
      deferred: false,
    })
  })

  it.each([
    ['too few bytes', '70000500000000'],
    ['another response code', '7f000000000000000000'],
  ])('is refused: %s', (_what, bytes) => {
    expect(() => decodeSense(raw(bytes))).toThrow(SenseError)
  })

  it('whatever its bytes is read, or refused by its own error', () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 260 }),
      fc
        .tuple(fc.constantFrom(0x70, 0xf0, 0x71, 0x72, 0x73), fc.uint8Array({ maxLength: 260 }))
        .map(([code, rest]) => Uint8Array.of(code, ...rest)),
    )
    fc.assert(
      fc.property(anyBytes, bytes => {
        expect(['read', 'refused']).toContain(outcome(() => decodeSense(bytes)))
      }),
    )
  })
})

describe('a sense code', () => {
  it('stands once in the list', () => {
    const codes = Object.values(Sense).map(({ key, asc, ascq }) => `${key}/${asc}/${ascq}`)
    expect(new Set(codes).size).toBe(codes.length)
  })

  it('has a name', () => {
    expect(senseName({ key: 5, asc: 0x21, ascq: 0 })).toBe('logicalBlockAddressOutOfRange')
    expect(senseName({ key: 6, asc: 0x3f, ascq: 0x0e })).toBe('reportedLunsDataHasChanged')
    expect(senseName({ key: 0xb, asc: 0x0c, ascq: 0x0d })).toBe('writeErrorNotEnoughUnsolicitedData')
    expect(senseName({ key: 4, asc: 0x5d, ascq: 0x10 })).toBe('sense key 4h, additional sense code 5dh/10h')
  })
})
