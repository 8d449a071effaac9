import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeStandardInquiry, StandardInquiry } from './inquiry-data.ts'
import { ParameterDataError } from './parameter-error.ts'

/** As a real LIO (Linux 6.1) answered. */
const LIO =
  '0000060 25bb80002 4c494f2d4f524720 6469736b302020202020202020202020 342e3020' +
  '00'.repeat(22) +
  '00a0096004600 4c0' +
  '00'.repeat(30)
const lio = Buffer.from(LIO.replaceAll(' ', ''), 'hex')

describe('standard INQUIRY data', () => {
  it('is read as a LIO sends it', () => {
    const { vendor, product, revision, version, commandQueuing, targetPortGroups, thirdPartyCopy, storageArray } =
      decodeStandardInquiry(lio)
    expect({ vendor, product, revision, version }).toEqual({
      vendor: 'LIO-ORG',
      product: 'disk0',
      revision: '4.0',
      version: 6,
    })
    expect({ commandQueuing, targetPortGroups, thirdPartyCopy, storageArray }).toEqual({
      commandQueuing: true,
      targetPortGroups: 3,
      thirdPartyCopy: true,
      storageArray: true,
    })
    expect(decodeStandardInquiry(lio).versionDescriptors).toEqual([0xa0, 0x960, 0x460, 0x4c0, 0, 0, 0, 0])
  })

  it('is composed to the bytes that a LIO sends', () => {
    const bytes = StandardInquiry.encode({
      version: 6,
      responseDataFormat: 2,
      additionalLength: 91,
      storageArray: true,
      targetPortGroups: 3,
      thirdPartyCopy: true,
      commandQueuing: true,
      vendor: 'LIO-ORG',
      product: 'disk0',
      revision: '4.0',
      versionDescriptors: [0x00a0, 0x0960, 0x0460, 0x04c0],
    })
    expect(Buffer.from(bytes).toString('hex')).toBe(lio.toString('hex'))
  })

  it('of another kind of unit says so', () => {
    const absent = decodeStandardInquiry(Buffer.concat([Buffer.of(0x7f, 0x80), lio.subarray(2)]))
    expect({ qualifier: absent.qualifier, deviceType: absent.deviceType, removable: absent.removable }).toEqual({
      qualifier: 3,
      deviceType: 0x1f,
      removable: true,
    })
  })

  it('is refused below 36 bytes, and read from there on', () => {
    expect(() => decodeStandardInquiry(lio.subarray(0, 35))).toThrow(ParameterDataError)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 36, maxLength: 300 }), bytes => {
        expect(decodeStandardInquiry(bytes).versionDescriptors).toHaveLength(8)
      }),
    )
  })
})
