import { dataView, type Fields, type Values } from '@lunkit/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AsyncEvent,
  AsyncMessage,
  DataIn,
  DataOut,
  LoginRequest,
  LoginResponse,
  LoginStage,
  LoginStatus,
  LogoutReason,
  LogoutRequest,
  LogoutResponse,
  loginStatusClass,
  NopIn,
  NopOut,
  type Pdu,
  pduOf,
  pdus,
  R2T,
  Reject,
  RejectReason,
  ScsiCommand,
  ScsiResponse,
  SnackRequest,
  SnackType,
  TaskManagementFunction,
  TaskManagementRequest,
  TaskManagementResponse,
  TaskManagementResponseCode,
  TextRequest,
  TextResponse,
} from './index.ts'

interface Golden {
  readonly pdu: Pdu
  readonly values: Record<string, unknown>
  /** The 48 bytes as RFC 7143 draws them, a word each. */
  readonly words: string
}

const golden = <F extends Fields>(pdu: Pdu<F>, values: Partial<Values<F>>, words: string): Golden => ({
  pdu,
  values,
  words,
})

const cdb = Uint8Array.of(0x28, 0, 0, 0, 0, 0x10, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0)

const examples: readonly Golden[] = [
  golden(
    NopOut,
    { immediate: true, initiatorTaskTag: 1, targetTransferTag: 0xffffffff, cmdSN: 2, expStatSN: 3 },
    '40800000 00000000 00000000 00000000 00000001 ffffffff 00000002 00000003 00000000 00000000 00000000 00000000',
  ),
  golden(
    ScsiCommand,
    {
      final: true,
      read: true,
      attribute: 1,
      lun: 0x0001_0000_0000_0000n,
      initiatorTaskTag: 5,
      expectedDataTransferLength: 4096,
      cmdSN: 7,
      expStatSN: 9,
      cdb,
    },
    '01c10000 00000000 00010000 00000000 00000005 00001000 00000007 00000009 28000000 00100000 08000000 00000000',
  ),
  golden(
    TaskManagementRequest,
    {
      immediate: true,
      function: TaskManagementFunction.abortTask,
      lun: 0x4123_0000_0000_0000n,
      initiatorTaskTag: 0x11,
      referencedTaskTag: 0x10,
      cmdSN: 8,
      expStatSN: 9,
      refCmdSN: 7,
    },
    '42810000 00000000 41230000 00000000 00000011 00000010 00000008 00000009 00000007 00000000 00000000 00000000',
  ),
  golden(
    LoginRequest,
    {
      transit: true,
      currentStage: LoginStage.operationalNegotiation,
      nextStage: LoginStage.fullFeaturePhase,
      isid: 0x00023d000001,
      tsih: 2,
      initiatorTaskTag: 3,
      cid: 4,
      cmdSN: 5,
      expStatSN: 6,
    },
    '43870000 00000000 00023d00 00010002 00000003 00040000 00000005 00000006 00000000 00000000 00000000 00000000',
  ),
  golden(
    TextRequest,
    { final: true, initiatorTaskTag: 1, targetTransferTag: 0xffffffff, cmdSN: 2, expStatSN: 3 },
    '04800000 00000000 00000000 00000000 00000001 ffffffff 00000002 00000003 00000000 00000000 00000000 00000000',
  ),
  golden(
    DataOut,
    { final: true, lun: 1n, initiatorTaskTag: 2, targetTransferTag: 3, expStatSN: 4, dataSN: 5, bufferOffset: 0x2000 },
    '05800000 00000000 00000000 00000001 00000002 00000003 00000000 00000004 00000000 00000005 00002000 00000000',
  ),
  golden(
    LogoutRequest,
    { reason: LogoutReason.closeConnection, initiatorTaskTag: 1, cid: 2, cmdSN: 3, expStatSN: 4 },
    '06810000 00000000 00000000 00000000 00000001 00020000 00000003 00000004 00000000 00000000 00000000 00000000',
  ),
  golden(
    SnackRequest,
    { type: SnackType.dataAck, lun: 1n, initiatorTaskTag: 0xffffffff, tag: 2, expStatSN: 3, begRun: 4, runLength: 5 },
    '10820000 00000000 00000000 00000001 ffffffff 00000002 00000000 00000003 00000000 00000000 00000004 00000005',
  ),
  golden(
    NopIn,
    { initiatorTaskTag: 0xffffffff, targetTransferTag: 1, statSN: 2, expCmdSN: 3, maxCmdSN: 4 },
    '20800000 00000000 00000000 00000000 ffffffff 00000001 00000002 00000003 00000004 00000000 00000000 00000000',
  ),
  golden(
    ScsiResponse,
    {
      underflow: true,
      status: 2,
      initiatorTaskTag: 1,
      statSN: 2,
      expCmdSN: 3,
      maxCmdSN: 4,
      expDataSN: 5,
      residualCount: 6,
    },
    '21820002 00000000 00000000 00000000 00000001 00000000 00000002 00000003 00000004 00000005 00000000 00000006',
  ),
  golden(
    TaskManagementResponse,
    {
      response: TaskManagementResponseCode.functionRejected,
      initiatorTaskTag: 1,
      statSN: 2,
      expCmdSN: 3,
      maxCmdSN: 4,
    },
    '2280ff00 00000000 00000000 00000000 00000001 00000000 00000002 00000003 00000004 00000000 00000000 00000000',
  ),
  golden(
    LoginResponse,
    {
      continues: true,
      currentStage: LoginStage.securityNegotiation,
      isid: 0x400001370000,
      tsih: 0xffff,
      initiatorTaskTag: 1,
      statSN: 2,
      expCmdSN: 3,
      maxCmdSN: 4,
      status: LoginStatus.notFound,
    },
    '23400000 00000000 40000137 0000ffff 00000001 00000000 00000002 00000003 00000004 02030000 00000000 00000000',
  ),
  golden(
    TextResponse,
    { continues: true, initiatorTaskTag: 1, targetTransferTag: 2, statSN: 3, expCmdSN: 4, maxCmdSN: 5 },
    '24400000 00000000 00000000 00000000 00000001 00000002 00000003 00000004 00000005 00000000 00000000 00000000',
  ),
  golden(
    DataIn,
    {
      final: true,
      underflow: true,
      hasStatus: true,
      status: 8,
      initiatorTaskTag: 1,
      targetTransferTag: 0xffffffff,
      statSN: 2,
      expCmdSN: 3,
      maxCmdSN: 4,
      dataSN: 5,
      bufferOffset: 6,
      residualCount: 7,
    },
    '25830008 00000000 00000000 00000000 00000001 ffffffff 00000002 00000003 00000004 00000005 00000006 00000007',
  ),
  golden(
    LogoutResponse,
    { response: 1, initiatorTaskTag: 1, statSN: 2, expCmdSN: 3, maxCmdSN: 4, time2Wait: 5, time2Retain: 6 },
    '26800100 00000000 00000000 00000000 00000001 00000000 00000002 00000003 00000004 00000000 00050006 00000000',
  ),
  golden(
    R2T,
    {
      lun: 1n,
      initiatorTaskTag: 2,
      targetTransferTag: 3,
      statSN: 4,
      expCmdSN: 5,
      maxCmdSN: 6,
      r2tSN: 7,
      bufferOffset: 8,
      desiredDataTransferLength: 9,
    },
    '31800000 00000000 00000000 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008 00000009',
  ),
  golden(
    AsyncMessage,
    {
      event: AsyncEvent.logoutRequest,
      statSN: 1,
      expCmdSN: 2,
      maxCmdSN: 3,
      parameter1: 4,
      parameter2: 5,
      parameter3: 6,
    },
    '32800000 00000000 00000000 00000000 ffffffff 00000000 00000001 00000002 00000003 01000004 00050006 00000000',
  ),
  golden(
    Reject,
    { reason: RejectReason.invalidPduField, statSN: 1, expCmdSN: 2, maxCmdSN: 3, dataSN: 4 },
    '3f800900 00000000 00000000 00000000 ffffffff 00000000 00000001 00000002 00000003 00000004 00000000 00000000',
  ),
]

describe('the PDUs of RFC 7143 section 11', () => {
  it.each(examples)('$pdu.name has its fields where the standard draws them', ({ pdu, values, words }) => {
    const bytes = pdu.encode(values as Values<Fields>)
    expect(Buffer.from(bytes).toString('hex')).toBe(words.replaceAll(' ', ''))
    const view = pdu.view(dataView(bytes)) as Record<string, unknown>
    for (const [key, value] of Object.entries(values)) expect(view[key]).toEqual(value)
  })

  it('are all there, eight from the initiator and ten from the target', () => {
    expect(examples.map(({ pdu }) => pdu.name)).toEqual(pdus.map(pdu => pdu.name))
    expect(pdus.map(pdu => pdu.opcode)).toEqual([
      0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x31, 0x32, 0x3f,
    ])
  })

  it('are found by opcode, and unknown opcodes are nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 63 }), opcode => {
        expect(pduOf(opcode)).toBe(pdus.find(pdu => pdu.opcode === opcode))
      }),
    )
    expect(pduOf(0x1c)).toBeUndefined()
    expect(pduOf(64)).toBeUndefined()
  })

  it('name the class of a login status', () => {
    expect(loginStatusClass(LoginStatus.outOfResources)).toBe(3)
    expect(loginStatusClass(LoginStatus.success)).toBe(0)
  })
})
