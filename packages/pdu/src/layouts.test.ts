import type { Layout } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import * as pdu from './index.ts'

/**
 * Each PDU: its bytes when nothing is said, without the zeroes at the end, its length, and each field with its first byte and
 * the bits that it has from there on, as RFC 7143 11 draws them.
 */
const LAYOUTS: readonly [name: string, empty: string, size: number, fields: string][] = [
  [
    'AsyncMessage',
    '32800000000000000000000000000000ffffffff',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff final=1:80
    lun=8:ffffffffffffffff statSN=24:ffffffff expCmdSN=28:ffffffff maxCmdSN=32:ffffffff event=36:ff
    vendorCode=37:ff parameter1=38:ffff parameter2=40:ffff parameter3=42:ffff
  `,
  ],
  [
    'BasicHeader',
    '',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff immediate=0:40
    final=1:80
  `,
  ],
  [
    'DataIn',
    '25',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff final=1:80
    acknowledge=1:40 overflow=1:04 underflow=1:02 hasStatus=1:01 status=3:ff lun=8:ffffffffffffffff
    targetTransferTag=20:ffffffff statSN=24:ffffffff expCmdSN=28:ffffffff maxCmdSN=32:ffffffff
    dataSN=36:ffffffff bufferOffset=40:ffffffff residualCount=44:ffffffff
  `,
  ],
  [
    'DataOut',
    '05',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff final=1:80
    lun=8:ffffffffffffffff targetTransferTag=20:ffffffff expStatSN=28:ffffffff dataSN=36:ffffffff
    bufferOffset=40:ffffffff
  `,
  ],
  [
    'LoginRequest',
    '43',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff immediate=0:40
    transit=1:80 continues=1:40 currentStage=1:0c nextStage=1:03 versionMax=2:ff versionMin=3:ff
    isid=8:ffffffffffff tsih=14:ffff cid=20:ffff cmdSN=24:ffffffff expStatSN=28:ffffffff
  `,
  ],
  [
    'LoginResponse',
    '23',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff transit=1:80
    continues=1:40 currentStage=1:0c nextStage=1:03 versionMax=2:ff versionActive=3:ff isid=8:ffffffffffff
    tsih=14:ffff statSN=24:ffffffff expCmdSN=28:ffffffff maxCmdSN=32:ffffffff status=36:ffff
  `,
  ],
  [
    'LogoutRequest',
    '0680',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff immediate=0:40
    final=1:80 reason=1:7f cid=20:ffff cmdSN=24:ffffffff expStatSN=28:ffffffff
  `,
  ],
  [
    'LogoutResponse',
    '2680',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff final=1:80
    response=2:ff statSN=24:ffffffff expCmdSN=28:ffffffff maxCmdSN=32:ffffffff time2Wait=40:ffff
    time2Retain=42:ffff
  `,
  ],
  [
    'NopIn',
    '2080',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff final=1:80
    lun=8:ffffffffffffffff targetTransferTag=20:ffffffff statSN=24:ffffffff expCmdSN=28:ffffffff
    maxCmdSN=32:ffffffff
  `,
  ],
  [
    'NopOut',
    '0080',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff immediate=0:40
    final=1:80 lun=8:ffffffffffffffff targetTransferTag=20:ffffffff cmdSN=24:ffffffff expStatSN=28:ffffffff
  `,
  ],
  [
    'R2T',
    '3180',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff final=1:80
    lun=8:ffffffffffffffff targetTransferTag=20:ffffffff statSN=24:ffffffff expCmdSN=28:ffffffff
    maxCmdSN=32:ffffffff r2tSN=36:ffffffff bufferOffset=40:ffffffff desiredDataTransferLength=44:ffffffff
  `,
  ],
  [
    'Reject',
    '3f800000000000000000000000000000ffffffff',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff final=1:80
    reason=2:ff statSN=24:ffffffff expCmdSN=28:ffffffff maxCmdSN=32:ffffffff dataSN=36:ffffffff
  `,
  ],
  [
    'ScsiCommand',
    '01',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff immediate=0:40
    final=1:80 read=1:40 write=1:20 attribute=1:07 lun=8:ffffffffffffffff
    expectedDataTransferLength=20:ffffffff cmdSN=24:ffffffff expStatSN=28:ffffffff
    cdb=32:ffffffffffffffffffffffffffffffff
  `,
  ],
  [
    'ScsiResponse',
    '2180',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff final=1:80
    bidirectionalReadOverflow=1:10 bidirectionalReadUnderflow=1:08 overflow=1:04 underflow=1:02
    response=2:ff status=3:ff snackTag=20:ffffffff statSN=24:ffffffff expCmdSN=28:ffffffff
    maxCmdSN=32:ffffffff expDataSN=36:ffffffff bidirectionalReadResidualCount=40:ffffffff
    residualCount=44:ffffffff
  `,
  ],
  [
    'SenseSegment',
    '',
    2,
    `
    senseLength=0:ffff
  `,
  ],
  [
    'SnackRequest',
    '1080',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff final=1:80
    type=1:0f lun=8:ffffffffffffffff tag=20:ffffffff expStatSN=28:ffffffff begRun=40:ffffffff
    runLength=44:ffffffff
  `,
  ],
  [
    'TaskManagementRequest',
    '0280',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff immediate=0:40
    final=1:80 function=1:7f lun=8:ffffffffffffffff referencedTaskTag=20:ffffffff cmdSN=24:ffffffff
    expStatSN=28:ffffffff refCmdSN=32:ffffffff expDataSN=36:ffffffff
  `,
  ],
  [
    'TaskManagementResponse',
    '2280',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff final=1:80
    response=2:ff statSN=24:ffffffff expCmdSN=28:ffffffff maxCmdSN=32:ffffffff
  `,
  ],
  [
    'TextRequest',
    '04',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff immediate=0:40
    final=1:80 continues=1:40 lun=8:ffffffffffffffff targetTransferTag=20:ffffffff cmdSN=24:ffffffff
    expStatSN=28:ffffffff
  `,
  ],
  [
    'TextResponse',
    '24',
    48,
    `
    opcode=0:3f totalAhsWords=4:ff dataSegmentLength=5:ffffff initiatorTaskTag=16:ffffffff final=1:80
    continues=1:40 lun=8:ffffffffffffffff targetTransferTag=20:ffffffff statSN=24:ffffffff
    expCmdSN=28:ffffffff maxCmdSN=32:ffffffff
  `,
  ],
]

const isLayout = (value: unknown): value is Layout =>
  typeof value === 'object' && value !== null && 'fields' in value && 'encode' in value

const places = ({ fields }: Layout): string[] =>
  Object.entries(fields).map(
    ([name, { byte, mask }]) => `${name}=${byte}:${mask.map(each => each.toString(16).padStart(2, '0')).join('')}`,
  )

describe('the PDUs of iSCSI', () => {
  it('are in the table, all of them', () => {
    const names = Object.entries(pdu).flatMap(([name, value]) => (isLayout(value) ? [name] : []))
    expect(LAYOUTS.map(([name]) => name).toSorted()).toEqual(names.toSorted())
  })

  it.each(LAYOUTS)('have their fields where the standard has them: %s', (name, empty, size, fields) => {
    const layout = new Map<string, unknown>(Object.entries(pdu)).get(name) as Layout
    expect(places(layout)).toEqual(fields.trim().split(/\s+/))
    expect(Buffer.from(layout.encode({})).toString('hex')).toBe(empty.padEnd(2 * size, '0'))
  })
})
