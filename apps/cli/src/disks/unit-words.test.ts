import {
  Association,
  BlockDeviceCharacteristics,
  BlockLimitsPage,
  CodeSet,
  type Designator,
  DesignatorType,
  LogicalBlockProvisioning,
  StandardInquiry,
} from '@lunkit/scsi'
import { dataView, type Fields, type Layout, type Values, type View } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import type { UnitFacts } from './unit-facts.ts'
import { deviceTypeText, unitLines, unitRecord } from './unit-words.ts'

function viewOf<F extends Fields>(of: Layout<F>, values: Partial<Values<F>>): View<F> {
  const view = dataView(new Uint8Array(of.size))
  Object.assign(of.compose(view, 0), values)
  return of.view(view)
}

const inquiry = (values: Partial<Values<typeof StandardInquiry.fields>> = {}): UnitFacts['inquiry'] =>
  viewOf(StandardInquiry, { vendor: 'ACME    ', product: 'Disk            ', revision: '1.0 ', version: 6, ...values })

const NOTHING: UnitFacts = {
  ...{ lun: 3, inquiry: inquiry(), pages: [], serial: undefined, designators: [] },
  ...{ limits: undefined, characteristics: undefined, provisioning: undefined, capacity: undefined },
}

/** What a line says, by how it begins. */
const saying = (name: string, facts: Partial<UnitFacts>): string | undefined =>
  unitLines({ ...NOTHING, ...facts })
    .find(line => line.startsWith(`${name} `))
    ?.slice(name.length)
    .trim()

describe('what a unit says of itself', () => {
  it('is little where it has no pages and is no disk', () => {
    expect(unitLines(NOTHING)).toEqual([
      'LUN            3',
      'is a           disk',
      'vendor         ACME',
      'product        Disk',
      'revision       1.0',
      'SCSI version   SPC-4',
      'removable      no',
      'VPD pages      ',
      'serial number  not said',
    ])
  })

  it('is told line by line where it says all', () => {
    const value = Uint8Array.from([0x60, 0x01, 0x40, 0x5a, 0, 0, 0, 1])
    const naa = { association: Association.logicalUnit, codeSet: CodeSet.binary, type: DesignatorType.naa, value }
    const facts: UnitFacts = {
      ...{ lun: 0, inquiry: inquiry({ removable: true }), pages: [0, 0x83, 0xb0], serial: 'S1', designators: [naa] },
      limits: viewOf(BlockLimitsPage, {
        ...{ maxTransferBlocks: 8, optimalTransferBlocks: 4, maxUnmapBlocks: 16 },
        ...{ maxWriteSameBlocks: 32, maxCompareAndWriteBlocks: 1 },
      }),
      characteristics: viewOf(BlockDeviceCharacteristics, { rotationRate: 7200 }),
      provisioning: viewOf(LogicalBlockProvisioning, { unmap: true, readZeroes: 1, provisioningType: 2 }),
      capacity: {
        ...{ blocks: 3, blockSizeBytes: 512, physicalBlockBytes: 4096 },
        ...{ provisioningManaged: false, provisioningReadZeroes: false },
      },
    }
    expect(unitLines(facts).slice(6)).toEqual([
      'removable                  yes',
      'VPD pages                  00 83 b0',
      'serial number              S1',
      'logical unit (83h)         NAA 6001405a00000001',
      'longest transfer           8 blocks',
      'best transfer              4 blocks',
      'longest unmap              16 blocks',
      'longest write same         32 blocks',
      'longest compare and write  1 blocks',
      'medium                     rotates 7200 times a minute',
      'provisioning               thin',
      'gives blocks back by       UNMAP; they read as zeroes',
      'size                       1.5 KiB (1536 bytes)',
      'blocks                     3 of 512 bytes, 4096 physically',
    ])
  })

  it.each([
    [0, 'does not say whether it rotates'],
    [1, 'does not rotate'],
    [2, 'rotates 2 times a minute'],
  ])('is of a medium with the rotation rate %i: %s', (rotationRate, text) => {
    expect(saying('medium', { characteristics: viewOf(BlockDeviceCharacteristics, { rotationRate }) })).toBe(text)
  })

  it('does not say a limit of 0', () => {
    expect(saying('longest transfer', { limits: viewOf(BlockLimitsPage, {}) })).toBe('not said')
  })

  it.each([
    [{}, 'not said', 'nothing'],
    [{ provisioningType: 1, writeSame16: true }, 'resource', 'WRITE SAME (16); what they read as is not said'],
    [
      { unmap: true, writeSame16: true, writeSame10: true, readZeroes: 1 },
      'not said',
      'UNMAP, WRITE SAME (16), WRITE SAME (10); they read as zeroes',
    ],
  ] as const)('is of provisioning %o', (values, provisioned, ways) => {
    const facts = { provisioning: viewOf(LogicalBlockProvisioning, values) }
    expect([saying('provisioning', facts), saying('gives blocks back by', facts)]).toEqual([provisioned, ways])
  })

  it.each([
    [0x00, 'disk'],
    [0x01, 'sequential access'],
    [0x05, 'cd dvd'],
    [0x08, 'medium changer'],
    [0x0c, 'storage array controller'],
    [0x0d, 'enclosure services'],
    [0x1e, 'well known'],
    [0x07, 'type 7h'],
  ])('is of a device of type %i: %s', (deviceType, text) => {
    expect(deviceTypeText({ inquiry: inquiry({ deviceType: deviceType as never }) })).toBe(text)
  })

  it.each([
    [0, 'disk'],
    [1, 'disk, which is not connected'],
    [2, 'disk'],
    [3, 'disk, and there can be none at this LUN'],
  ])('is of the qualifier %i: %s', (qualifier, text) => {
    expect(saying('is a', { inquiry: inquiry({ qualifier: qualifier as never }) })).toBe(text)
  })

  it.each([
    [2, 'SPC-1'],
    [3, 'SPC-1'],
    [4, 'SPC-2'],
    [7, 'SPC-5'],
  ])('is of the version %i: %s', (version, text) => {
    expect(saying('SCSI version', { inquiry: inquiry({ version }) })).toBe(text)
  })
})

describe('a designator', () => {
  const { binary, ascii, utf8 } = CodeSet
  const { logicalUnit, targetPort, targetDevice } = Association
  const text = (value: string) => Buffer.from(value)
  const hex = (value: string) => Buffer.from(value, 'hex')
  it.each<[Designator, names: string, type: string, value: string]>([
    [
      { association: logicalUnit, codeSet: ascii, type: DesignatorType.t10VendorId, value: text('ACME    disk') },
      ...(['logical unit', 'T10 vendor id', 'ACME    disk'] as const),
    ],
    [
      { association: logicalUnit, codeSet: binary, type: DesignatorType.eui64, value: hex('0001020304050607') },
      ...(['logical unit', 'EUI-64', '0001020304050607'] as const),
    ],
    [
      { association: targetPort, codeSet: binary, type: DesignatorType.relativeTargetPort, value: hex('00000102') },
      ...(['target port', 'relative target port', '258'] as const),
    ],
    [
      { association: targetPort, codeSet: binary, type: DesignatorType.targetPortGroup, value: hex('00000003') },
      ...(['target port', 'target port group', '3'] as const),
    ],
    [
      { association: logicalUnit, codeSet: binary, type: DesignatorType.logicalUnitGroup, value: hex('00000004') },
      ...(['logical unit', 'logical unit group', '4'] as const),
    ],
    [
      { association: logicalUnit, codeSet: binary, type: DesignatorType.md5LogicalUnit, value: hex('00ff') },
      ...(['logical unit', 'MD5', '00ff'] as const),
    ],
    [
      { association: targetDevice, codeSet: utf8, type: DesignatorType.scsiName, value: text('iqn.a\0\0\0') },
      ...(['target device', 'SCSI name', 'iqn.a'] as const),
    ],
    [
      { association: logicalUnit, codeSet: binary, type: DesignatorType.vendorSpecific, value: hex('01') },
      ...(['logical unit', 'vendor specific', '01'] as const),
    ],
    [
      { association: 3 as never, codeSet: binary, type: 9 as never, value: hex('01') },
      ...(['type 3h', 'type 9h', '01'] as const),
    ],
  ])('%o is told as what it names, its type and its value', (designator, names, type, value) => {
    expect(unitRecord({ ...NOTHING, designators: [designator] })).toMatchObject({
      designators: [{ names, type, value }],
    })
    expect(saying(`${names} (83h)`, { designators: [designator] })).toBe(`${type} ${value}`)
  })
})

describe('what programs are told', () => {
  it('has null for what a unit does not say', () => {
    expect(unitRecord(NOTHING)).toEqual({
      ...{ lun: 3, deviceType: 0, qualifier: 0, vendor: 'ACME', product: 'Disk', revision: '1.0', version: 6 },
      ...{ removable: false, pages: [], serial: null, designators: [] },
      ...{ limits: null, characteristics: null, provisioning: null, capacity: null },
    })
  })

  it('has every field of the pages that it has', () => {
    const { characteristics, provisioning } = unitRecord({
      ...NOTHING,
      characteristics: viewOf(BlockDeviceCharacteristics, { rotationRate: 5400 }),
      provisioning: viewOf(LogicalBlockProvisioning, { unmap: true }),
    })
    expect(characteristics).toMatchObject({ rotationRate: 5400, zoned: 0, fuab: false })
    expect(provisioning).toMatchObject({ unmap: true, writeSame10: false, provisioningType: 0 })
  })
})
