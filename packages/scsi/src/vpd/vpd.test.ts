import { dataView } from '@lunkit/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ParameterDataError } from '../parameter-error.ts'
import {
  Association,
  BlockDeviceCharacteristics,
  BlockLimitsPage,
  DesignatorType,
  decodeDesignators,
  decodeSerialNumber,
  decodeVpdPage,
  designatorNumber,
  designatorText,
  ExtendedInquiry,
  encodeDesignators,
  encodeSerialNumber,
  encodeVpdPage,
  LogicalBlockProvisioning,
  naaDesignator,
  numberDesignator,
  scsiNameDesignator,
  t10VendorDesignator,
  VpdPageCode,
} from './index.ts'

const DISK = { qualifier: 0, deviceType: 0 } as const
const SERIAL = '245a36c0-d927-482f-a8a8-d76bbaaf75ba'
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const raw = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

/** Pages as a real LIO (Linux 6.1, fileio, write-back, thin provisioning on) answered. */
const LIO = {
  serial: raw('00800025 3234356133366330 2d64393237 2d34383266 2d61386138 2d643736626261616637356261 00'),
  identification: raw(`008300ab
    01030010 6001405245a36c0d927482fa8a8d76bb
    02010033 4c494f2d4f524720 6469736b303a 32343561333663302d643932372d343832662d613861382d643736626261616637356261 00
    51940004 00000001
    51950004 00000000
    01060004 00000000
    53980024 69716e2e323032322d30382e636f6d2e746573743a776972652c742c307830303031 0000
    53a8001c 69716e2e323032322d30382e636f6d2e746573743a77697265 000000`),
  extended: raw(`0086003c 000701${'00'.repeat(57)}`),
  limits: raw(`00b0003c 01010001 00004000 00004000 00000000 00002000 00000001 00000001 00000000 0000000000001000
    0000000000000000000000000000000000000000`),
  characteristics: raw(`00b1003c ${'00'.repeat(60)}`),
  provisioning: raw('00b20004 00e00000'),
}

const port = { association: Association.targetPort, protocol: 5 }

/** `read`, `refused` by its own error, or whatever else came up. */
function outcome(read: () => unknown): unknown {
  try {
    read()
    return 'read'
  } catch (error) {
    return error instanceof ParameterDataError ? 'refused' : error
  }
}

describe('a vital product data page', () => {
  it.each([
    ['Unit Serial Number', VpdPageCode.unitSerialNumber, encodeSerialNumber(SERIAL), LIO.serial],
    [
      'Extended INQUIRY Data',
      VpdPageCode.extendedInquiry,
      ExtendedInquiry.encode({ headOfQueue: true, ordered: true, simple: true, volatileCache: true }),
      LIO.extended,
    ],
    [
      'Block Limits',
      VpdPageCode.blockLimits,
      BlockLimitsPage.encode({
        writeSameNonZero: true,
        maxCompareAndWriteBlocks: 1,
        optimalTransferGranularityBlocks: 1,
        maxTransferBlocks: 16_384,
        optimalTransferBlocks: 16_384,
        maxUnmapBlocks: 8192,
        maxUnmapDescriptors: 1,
        optimalUnmapGranularityBlocks: 1,
        maxWriteSameBlocks: 4096,
      }),
      LIO.limits,
    ],
    [
      'Block Device Characteristics',
      VpdPageCode.blockDeviceCharacteristics,
      BlockDeviceCharacteristics.encode({}),
      LIO.characteristics,
    ],
    [
      'Logical Block Provisioning',
      VpdPageCode.logicalBlockProvisioning,
      LogicalBlockProvisioning.encode({ unmap: true, writeSame16: true, writeSame10: true }),
      LIO.provisioning,
    ],
  ])('is composed to the bytes that a LIO sends: %s', (_name, code, body, bytes) => {
    expect(hex(encodeVpdPage(DISK, code, body))).toBe(hex(bytes))
  })

  it('Device Identification is composed to the bytes that a LIO sends', () => {
    const body = encodeDesignators([
      naaDesignator(0x001405, SERIAL),
      t10VendorDesignator('LIO-ORG', 'disk0', SERIAL),
      numberDesignator(DesignatorType.relativeTargetPort, 1, port),
      numberDesignator(DesignatorType.targetPortGroup, 0, port),
      numberDesignator(DesignatorType.logicalUnitGroup, 0, { association: Association.logicalUnit }),
      scsiNameDesignator('iqn.2022-08.com.test:wire,t,0x0001', port),
      scsiNameDesignator('iqn.2022-08.com.test:wire', { association: Association.targetDevice, protocol: 5 }),
    ])
    expect(hex(encodeVpdPage(DISK, VpdPageCode.deviceIdentification, body))).toBe(hex(LIO.identification))
  })

  it('has its alignment in 31 bits beside UGAVALID', () => {
    const bytes = BlockLimitsPage.encode({ unmapAlignmentValid: true, unmapAlignmentBlocks: 0x12345678 })
    expect(hex(bytes.subarray(28, 32))).toBe('92345678')
    expect(BlockLimitsPage.view(dataView(bytes)).unmapAlignmentBlocks).toBe(0x12345678)
  })

  it('is taken out of what came, with what it says of the device', () => {
    const { peripheral, body } = decodeVpdPage(Buffer.concat([LIO.serial, Buffer.alloc(9)]), 0x80)
    expect(peripheral).toEqual(DISK)
    expect(decodeSerialNumber(body)).toBe(SERIAL)
  })

  it.each([
    ['another page', LIO.serial, 0x83, /page 80h came where 83h was asked for/],
    ['a header that is not whole', LIO.serial.subarray(0, 3), 0x80, /3 bytes/],
  ])('is refused: %s', (_what, bytes, expected, message) => {
    expect(() => decodeVpdPage(bytes, expected)).toThrow(ParameterDataError)
    expect(() => decodeVpdPage(bytes, expected)).toThrow(message)
  })
})

describe('designators', () => {
  it('are read as a LIO sends them', () => {
    const found = decodeDesignators(decodeVpdPage(LIO.identification, 0x83).body)
    expect(found.map(({ type, association, protocol }) => [type, association, protocol])).toEqual([
      [3, 0, undefined],
      [1, 0, undefined],
      [4, 1, 5],
      [5, 1, 5],
      [6, 0, undefined],
      [8, 1, 5],
      [8, 2, 5],
    ])
    expect(found.slice(2, 5).map(designatorNumber)).toEqual([1, 0, 0])
    expect(found.slice(5).map(designatorText)).toEqual([
      'iqn.2022-08.com.test:wire,t,0x0001',
      'iqn.2022-08.com.test:wire',
    ])
  })

  it('NAA takes the first 25 hex digits of the serial, and zeroes where it has fewer', () => {
    expect(hex(naaDesignator(0x001405, 'no digits but: beef').value)).toBe('6001405dbbeef0000000000000000000')
    expect(hex(naaDesignator(0xabcdef, '0123456789abcdef0123456789abcdef').value)).toBe(
      '6abcdef0123456789abcdef012345678',
    )
  })

  it('are cut to what their length field can say', () => {
    const association = Association.targetDevice
    expect(t10VendorDesignator('V', 'P', 'x'.repeat(300)).value).toHaveLength(255)
    expect(designatorText(t10VendorDesignator('VENDOR NAME', 'a product of this name', '1'))).toBe(
      'VENDOR Na product of thi:1',
    )
    expect(scsiNameDesignator('x'.repeat(300), { association }).value).toHaveLength(252)
    expect(designatorText(scsiNameDesignator('iqn.x:abc', { association }))).toBe('iqn.x:abc')
  })

  it('T10 has nothing but ASCII, as its code set says, of a name that has other characters', () => {
    expect(hex(t10VendorDesignator('LIO-ORG', 'диск-ü', 'A1').value)).toBe(
      hex(Buffer.concat([Buffer.from('LIO-ORG '), Buffer.from('____-u:A1'), Buffer.of(0)])),
    )
    expect(hex(encodeSerialNumber('№ 5'))).toBe(hex(Buffer.from('No 5\0')))
  })

  it('a SCSI name string is UTF-8, and is never cut inside a character', () => {
    const association = Association.targetDevice
    expect(hex(scsiNameDesignator('iqn.x:ü', { association }).value)).toBe('69716e2e783ac3bc00000000')
    const { value } = scsiNameDesignator(`x${'ü'.repeat(150)}`, { association })
    expect(hex(value.subarray(-5))).toBe('c3bcc3bc00')
    expect(designatorText(scsiNameDesignator(`${'ü'.repeat(150)}`, { association }))).toBe('ü'.repeat(125))
  })

  it('whatever their bytes are read, or refused by their own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
        expect(['read', 'refused']).toContain(outcome(() => decodeDesignators(bytes)))
        expect(['read', 'refused']).toContain(outcome(() => decodeVpdPage(bytes, bytes[1] ?? 0)))
      }),
    )
  })
})
