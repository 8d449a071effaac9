import { dataView } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { strayBit } from '../cdb.ts'
import {
  ByteCheck,
  CompareAndWrite,
  GetLbaStatus16,
  Inquiry,
  ModeSelect6,
  ModeSelect10,
  ModeSense6,
  ModeSense10,
  PageControl,
  PowerCondition,
  Read6,
  Read10,
  Read12,
  Read16,
  ReadCapacity10,
  ReadCapacity16,
  Release6,
  Release10,
  ReportingOptions,
  ReportLuns,
  ReportSupportedOperationCodes,
  ReportSupportedTaskManagementFunctions,
  RequestSense,
  Reserve6,
  Reserve10,
  SelectReport,
  StartStopUnit,
  SynchronizeCache10,
  SynchronizeCache16,
  TestUnitReady,
  Unmap,
  Verify10,
  Verify12,
  Verify16,
  Write6,
  Write10,
  Write12,
  Write16,
  WriteAndVerify10,
  WriteAndVerify12,
  WriteAndVerify16,
  WriteSame10,
  WriteSame16,
} from './index.ts'

const lba = 0x12345678
const bigLba = 0x1_2345_6789
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Each command with something set, as it goes over the wire, and its usage map. */
const CDBS: readonly (readonly [string, Uint8Array, string, Uint8Array, string])[] = [
  ['TEST UNIT READY', TestUnitReady.encode({}), '000000000000', TestUnitReady.usage, '000000000000'],
  [
    'REQUEST SENSE',
    RequestSense.encode({ descriptorFormat: true, allocationLength: 252 }),
    '03010000fc00',
    RequestSense.usage,
    '03010000ff00',
  ],
  [
    'INQUIRY',
    Inquiry.encode({ vitalProductData: true, pageCode: 0x83, allocationLength: 0x1234 }),
    '120183123400',
    Inquiry.usage,
    '1201ffffff00',
  ],
  [
    'REPORT LUNS',
    ReportLuns.encode({ selectReport: SelectReport.all, allocationLength: 0x1020304 }),
    'a00002000000010203040000',
    ReportLuns.usage,
    'a000ff000000ffffffff0000',
  ],
  [
    'MODE SENSE (6)',
    ModeSense6.encode({
      disableBlockDescriptors: true,
      pageControl: PageControl.changeable,
      pageCode: 0x0a,
      subpageCode: 0xff,
      allocationLength: 255,
    }),
    '1a084affff00',
    ModeSense6.usage,
    '1a08ffffff00',
  ],
  [
    'MODE SENSE (10)',
    ModeSense10.encode({
      longLbaAccepted: true,
      pageControl: PageControl.default,
      pageCode: 0x3f,
      allocationLength: 512,
    }),
    '5a10bf00000000020000',
    ModeSense10.usage,
    '5a18ffff000000ffff00',
  ],
  [
    'MODE SELECT (6)',
    ModeSelect6.encode({ pageFormat: true, parameterListLength: 16 }),
    '151000001000',
    ModeSelect6.usage,
    '15100000ff00',
  ],
  [
    'MODE SELECT (10)',
    ModeSelect10.encode({ pageFormat: true, parameterListLength: 20 }),
    '55100000000000001400',
    ModeSelect10.usage,
    '55100000000000ffff00',
  ],
  [
    'READ CAPACITY (10)',
    ReadCapacity10.encode({}),
    '25000000000000000000',
    ReadCapacity10.usage,
    '25000000000000000000',
  ],
  [
    'READ CAPACITY (16)',
    ReadCapacity16.encode({ allocationLength: 32 }),
    '9e100000000000000000000000200000',
    ReadCapacity16.usage,
    '9e100000000000000000ffffffff0000',
  ],
  ['READ (6)', Read6.encode({ lba: 0x1fedcb, blocks: 8 }), '081fedcb0800', Read6.usage, '081fffffff00'],
  [
    'READ (10)',
    Read10.encode({ lba, blocks: 0x0102, fua: true, dpo: true, groupNumber: 5 }),
    '28181234567805010200',
    Read10.usage,
    '2818ffffffff00ffff00',
  ],
  [
    'READ (12)',
    Read12.encode({ lba, blocks: 0x01020304 }),
    'a80012345678010203040000',
    Read12.usage,
    'a818ffffffffffffffff0000',
  ],
  [
    'READ (16)',
    Read16.encode({ lba: bigLba, blocks: 0x01020304, fua: true }),
    '88080000000123456789010203040000',
    Read16.usage,
    '8818ffffffffffffffffffffffff0000',
  ],
  ['WRITE (6)', Write6.encode({ lba: 1, blocks: 256 }), '0a0000010000', Write6.usage, '0a1fffffff00'],
  [
    'WRITE (10)',
    Write10.encode({ lba, blocks: 1, fua: true }),
    '2a081234567800000100',
    Write10.usage,
    '2a18ffffffff00ffff00',
  ],
  [
    'WRITE (12)',
    Write12.encode({ lba, blocks: 1 }),
    'aa0012345678000000010000',
    Write12.usage,
    'aa18ffffffffffffffff0000',
  ],
  [
    'WRITE (16)',
    Write16.encode({ lba: bigLba, blocks: 1 }),
    '8a000000000123456789000000010000',
    Write16.usage,
    '8a18ffffffffffffffffffffffff0000',
  ],
  [
    'VERIFY (10)',
    Verify10.encode({ lba, blocks: 1, byteCheck: ByteCheck.blocks }),
    '2f021234567800000100',
    Verify10.usage,
    '2f16ffffffff00ffff00',
  ],
  [
    'VERIFY (12)',
    Verify12.encode({ lba, blocks: 1, byteCheck: ByteCheck.oneBlock }),
    'af0612345678000000010000',
    Verify12.usage,
    'af16ffffffffffffffff0000',
  ],
  [
    'VERIFY (16)',
    Verify16.encode({ lba: bigLba, blocks: 1, dpo: true }),
    '8f100000000123456789000000010000',
    Verify16.usage,
    '8f16ffffffffffffffffffffffff0000',
  ],
  [
    'WRITE AND VERIFY (10)',
    WriteAndVerify10.encode({ lba, blocks: 1, byteCheck: ByteCheck.blocks }),
    '2e021234567800000100',
    WriteAndVerify10.usage,
    '2e16ffffffff00ffff00',
  ],
  [
    'WRITE AND VERIFY (12)',
    WriteAndVerify12.encode({ lba, blocks: 1 }),
    'ae0012345678000000010000',
    WriteAndVerify12.usage,
    'ae16ffffffffffffffff0000',
  ],
  [
    'WRITE AND VERIFY (16)',
    WriteAndVerify16.encode({ lba: bigLba, blocks: 1 }),
    '8e000000000123456789000000010000',
    WriteAndVerify16.usage,
    '8e16ffffffffffffffffffffffff0000',
  ],
  [
    'WRITE SAME (10)',
    WriteSame10.encode({ lba, blocks: 8, unmap: true }),
    '41081234567800000800',
    WriteSame10.usage,
    '4108ffffffff00ffff00',
  ],
  [
    'WRITE SAME (16)',
    WriteSame16.encode({ lba: bigLba, blocks: 8, unmap: true, noDataOut: true }),
    '93090000000123456789000000080000',
    WriteSame16.usage,
    '9309ffffffffffffffffffffffff0000',
  ],
  ['UNMAP', Unmap.encode({ parameterListLength: 24 }), '42000000000000001800', Unmap.usage, '42000000000000ffff00'],
  [
    'GET LBA STATUS (16)',
    GetLbaStatus16.encode({ lba: bigLba, allocationLength: 24 }),
    '9e120000000123456789000000180000',
    GetLbaStatus16.usage,
    '9e12ffffffffffffffffffffffff0000',
  ],
  [
    'COMPARE AND WRITE',
    CompareAndWrite.encode({ lba: bigLba, blocks: 2, fua: true }),
    '89080000000123456789000000020000',
    CompareAndWrite.usage,
    '8918ffffffffffffffff000000ff0000',
  ],
  [
    'SYNCHRONIZE CACHE (10)',
    SynchronizeCache10.encode({ lba, blocks: 1, immediate: true }),
    '35021234567800000100',
    SynchronizeCache10.usage,
    '3502ffffffff00ffff00',
  ],
  [
    'SYNCHRONIZE CACHE (16)',
    SynchronizeCache16.encode({ lba: bigLba, blocks: 1 }),
    '91000000000123456789000000010000',
    SynchronizeCache16.usage,
    '9102ffffffffffffffffffffffff0000',
  ],
  [
    'START STOP UNIT',
    StartStopUnit.encode({
      immediate: true,
      powerConditionModifier: 1,
      powerCondition: PowerCondition.standby,
      noFlush: true,
      loadEject: true,
      start: true,
    }),
    '1b0100013700',
    StartStopUnit.usage,
    '1b01000ff700',
  ],
  ['RESERVE (6)', Reserve6.encode({}), '160000000000', Reserve6.usage, '160000000000'],
  ['RELEASE (6)', Release6.encode({}), '170000000000', Release6.usage, '170000000000'],
  ['RESERVE (10)', Reserve10.encode({}), '56000000000000000000', Reserve10.usage, '56000000000000000000'],
  ['RELEASE (10)', Release10.encode({}), '57000000000000000000', Release10.usage, '57000000000000000000'],
  [
    'REPORT SUPPORTED OPERATION CODES',
    ReportSupportedOperationCodes.encode({
      returnTimeouts: true,
      reportingOptions: ReportingOptions.byServiceAction,
      requestedOpcode: 0x9e,
      requestedServiceAction: 0x10,
      allocationLength: 64,
    }),
    'a30c829e0010000000400000',
    ReportSupportedOperationCodes.usage,
    'a30c87ffffffffffffff0000',
  ],
  [
    'REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS',
    ReportSupportedTaskManagementFunctions.encode({ extended: true, allocationLength: 16 }),
    'a30d80000000000000100000',
    ReportSupportedTaskManagementFunctions.usage,
    'a30d80000000ffffffff0000',
  ],
]

describe.each(CDBS)('%s', (_name, encoded, bytes, usage, map) => {
  it('has these bytes', () => expect(hex(encoded)).toBe(bytes))
  it('has this usage map', () => expect(hex(usage)).toBe(map))
})

describe('a transfer length of 0', () => {
  it('is 256 blocks in READ (6) and WRITE (6)', () => {
    const raw = dataView(Uint8Array.from(Buffer.from('080000010000', 'hex')))
    expect(Read6.view(raw).blocks).toBe(256)
    expect(Write6.view(raw).blocks).toBe(256)
  })

  it('is 0 blocks in READ (10)', () => {
    expect(Read10.view(dataView(Read10.encode({ lba: 1 }))).blocks).toBe(0)
  })
})

describe('a field that is not supported', () => {
  it.each([
    ['RDPROTECT', Read10, '28200000000000000000', { byte: 1, bit: 5 }],
    ['RARC', Read16, '88040000000000000000000000000000', { byte: 1, bit: 2 }],
    ['WRPROTECT', Write12, 'aa8000000000000000000000', { byte: 1, bit: 7 }],
    ['VRPROTECT', Verify10, '2f400000000000000000', { byte: 1, bit: 6 }],
    ['ANCHOR of WRITE SAME', WriteSame16, '93180000000000000000000000000000', { byte: 1, bit: 4 }],
    ['LBDATA of WRITE SAME', WriteSame10, '41020000000000000000', { byte: 1, bit: 1 }],
    ['ANCHOR of UNMAP', Unmap, '42010000000000000000', { byte: 1, bit: 0 }],
    ['SP of MODE SELECT', ModeSelect6, '151100000000', { byte: 1, bit: 0 }],
    ['CMDDT of INQUIRY', Inquiry, '120200000000', { byte: 1, bit: 1 }],
    ['3RDPTY of RESERVE', Reserve6, '161000000000', { byte: 1, bit: 4 }],
    ['an extent of RESERVE', Reserve6, '160100000000', { byte: 1, bit: 0 }],
    ['LONGID of RELEASE', Release10, '57020000000000000000', { byte: 1, bit: 1 }],
    ['a logical unit number of SCSI-2', Read6, '082000000100', { byte: 1, bit: 5 }],
  ])('is refused: %s', (_what, cdb, bytes, place) => {
    expect(strayBit(cdb, Buffer.from(bytes, 'hex'))).toEqual(place)
  })

  it.each([
    ['FUA_NV', Read10, '28020000000000000000'],
    ['the group number', Write16, '8a000000000000000000000000003f00'],
    ['SYNC_NV', SynchronizeCache10, '35040000000000000000'],
    ['PMI and the address of READ CAPACITY', ReadCapacity10, '25001234567800000100'],
    ['PMI and the address of READ CAPACITY (16)', ReadCapacity16, '9e100000000012345678000000200100'],
    ['the third party device of RESERVE', Reserve10, '56000007000000000000'],
  ])('is passed over: %s', (_what, cdb, bytes) => {
    expect(strayBit(cdb, Buffer.from(bytes, 'hex'))).toBeUndefined()
  })
})
