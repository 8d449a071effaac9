import { describe, expect, it } from 'vitest'
import * as pdu from './index.ts'
import { keys } from './keys.ts'
import { BLOCK_BYTES, GATHER_BYTES, KEY_NAME_BYTES, SPARE_BLOCKS, VALUE_BYTES } from './limits.ts'
import * as opcode from './opcode.ts'
import { BHS_BYTES, DIGEST_BYTES, RESERVED_TAG } from './pdu.ts'

/** The closed lists of RFC 7143 and RFC 7144, and our limits, numbers in hex. */
const LISTS: readonly [name: string, list: object, numbers: string][] = [
  ['AhsType', pdu.AhsType, 'extendedCdb=1 bidirectionalReadLength=2'],
  [
    'AsyncEvent',
    pdu.AsyncEvent,
    'scsiEvent=0 logoutRequest=1 connectionDrop=2 sessionDrop=3 negotiationRequest=4 tasksTerminated=5 vendor=ff',
  ],
  ['DECODER_LIMITS', pdu.DECODER_LIMITS, 'ahsBytes=3fc pdusPerPush=400'],
  ['DISCOVERY_TEXT_LIMITS', pdu.DISCOVERY_TEXT_LIMITS, 'textBytes=400000 keys=10000'],
  [
    'InitiatorOpcode',
    opcode.InitiatorOpcode,
    'nopOut=0 scsiCommand=1 taskManagementRequest=2 loginRequest=3 textRequest=4 dataOut=5 logoutRequest=6 snackRequest=10',
  ],
  ['LOGIN_TEXT_LIMITS', pdu.LOGIN_TEXT_LIMITS, 'textBytes=4000 keys=40'],
  ['LoginStage', pdu.LoginStage, 'securityNegotiation=0 operationalNegotiation=1 fullFeaturePhase=3'],
  [
    'LoginStatus',
    pdu.LoginStatus,
    'success=0 targetMovedTemporarily=101 targetMovedPermanently=102 initiatorError=200 authenticationFailure=201 authorizationFailure=202 notFound=203 targetRemoved=204 unsupportedVersion=205 tooManyConnections=206 missingParameter=207 cannotIncludeInSession=208 sessionTypeNotSupported=209 sessionDoesNotExist=20a invalidDuringLogin=20b targetError=300 serviceUnavailable=301 outOfResources=302',
  ],
  ['LoginStatusClass', pdu.LoginStatusClass, 'success=0 redirection=1 initiatorError=2 targetError=3'],
  ['LogoutReason', pdu.LogoutReason, 'closeSession=0 closeConnection=1 removeConnectionForRecovery=2'],
  ['LogoutResponseCode', pdu.LogoutResponseCode, 'closed=0 cidNotFound=1 recoveryNotSupported=2 cleanupFailed=3'],
  [
    'Opcode',
    opcode.Opcode,
    'nopOut=0 scsiCommand=1 taskManagementRequest=2 loginRequest=3 textRequest=4 dataOut=5 logoutRequest=6 snackRequest=10 nopIn=20 scsiResponse=21 taskManagementResponse=22 loginResponse=23 textResponse=24 dataIn=25 logoutResponse=26 readyToTransfer=31 asyncMessage=32 reject=3f',
  ],
  [
    'RejectReason',
    pdu.RejectReason,
    'dataDigestError=2 snackReject=3 protocolError=4 commandNotSupported=5 tooManyImmediateCommands=6 taskInProgress=7 invalidDataAck=8 invalidPduField=9 outOfTransferTags=a waitingForLogout=c',
  ],
  ['ScsiResponseCode', pdu.ScsiResponseCode, 'completedAtTarget=0 targetFailure=1'],
  ['SnackType', pdu.SnackType, 'dataOrR2T=0 status=1 dataAck=2 rData=3'],
  [
    'TargetOpcode',
    opcode.TargetOpcode,
    'nopIn=20 scsiResponse=21 taskManagementResponse=22 loginResponse=23 textResponse=24 dataIn=25 logoutResponse=26 readyToTransfer=31 asyncMessage=32 reject=3f',
  ],
  ['TaskAttribute', pdu.TaskAttribute, 'untagged=0 simple=1 ordered=2 headOfQueue=3 aca=4'],
  [
    'TaskManagementFunction',
    pdu.TaskManagementFunction,
    'abortTask=1 abortTaskSet=2 clearAca=3 clearTaskSet=4 logicalUnitReset=5 targetWarmReset=6 targetColdReset=7 taskReassign=8 queryTask=9 queryTaskSet=a iTNexusReset=b queryAsynchronousEvent=c',
  ],
  [
    'TaskManagementResponseCode',
    pdu.TaskManagementResponseCode,
    'functionComplete=0 taskDoesNotExist=1 lunDoesNotExist=2 taskStillAllegiant=3 reassignmentNotSupported=4 functionNotSupported=5 authorizationFailed=6 functionSucceeded=7 functionRejected=ff',
  ],
]

/** Each text key: its rule, what it may be, its default, its scope, when and by whom it is sent, and its clause (RFC 7143 12 and 13). */
const KEYS = `
SessionType declared [Normal, Discovery] Normal session leading initiator discovery RFC 7143 13.21
InitiatorName declared [an iSCSI name of at most 223 bytes] undefined session initial initiator discovery RFC 7143 13.5
InitiatorAlias declared [a text of at most 8192 bytes] undefined session any initiator discovery RFC 7143 13.7
TargetName declared [an iSCSI name of at most 223 bytes] undefined session initial both discovery RFC 7143 13.4
TargetAlias declared [a text of at most 8192 bytes] undefined session any target discovery RFC 7143 13.6
TargetAddress declared [a text of at most 8192 bytes] undefined session any target discovery RFC 7143 13.8
TargetPortalGroupTag declared [0 to 65535] undefined session initial target discovery RFC 7143 13.9
X#NodeArchitecture declared [a text of at most 8192 bytes] undefined session initial both discovery RFC 7143 13.26
AuthMethod list [a list of KRB5, SRP, CHAP, None] None connection security both discovery RFC 7143 12.1
CHAP_A exchange connection security both discovery RFC 7143 12.1.3
CHAP_I exchange connection security both discovery RFC 7143 12.1.3
CHAP_C exchange connection security both discovery RFC 7143 12.1.3
CHAP_N exchange connection security both discovery RFC 7143 12.1.3
CHAP_R exchange connection security both discovery RFC 7143 12.1.3
HeaderDigest list [a list of CRC32C, None] None connection initial both discovery RFC 7143 13.1
DataDigest list [a list of CRC32C, None] None connection initial both discovery RFC 7143 13.1
MaxRecvDataSegmentLength declared [512 to 16777215] 8192 connection any both discovery RFC 7143 13.12
MaxConnections minimum [1 to 65535] 1 session leading both - RFC 7143 13.2
InitialR2T or [Yes or No] true session leading both - RFC 7143 13.10
ImmediateData and [Yes or No] true session leading both - RFC 7143 13.11
MaxBurstLength minimum [512 to 16777215] 262144 session leading both - RFC 7143 13.13
FirstBurstLength minimum [512 to 16777215] 65536 session leading both - RFC 7143 13.14
DefaultTime2Wait maximum [0 to 3600] 2 session leading both discovery RFC 7143 13.15
DefaultTime2Retain minimum [0 to 3600] 20 session leading both discovery RFC 7143 13.16
MaxOutstandingR2T minimum [1 to 65535] 1 session leading both - RFC 7143 13.17
DataPDUInOrder or [Yes or No] true session leading both - RFC 7143 13.18
DataSequenceInOrder or [Yes or No] true session leading both - RFC 7143 13.19
ErrorRecoveryLevel minimum [0 to 2] 0 session leading both discovery RFC 7143 13.20
TaskReporting list [a list of RFC3720, ResponseFence, FastAbort] RFC3720 session leading both - RFC 7143 13.23
iSCSIProtocolLevel minimum [0 to 31] 1 session leading both - RFC 7143 13.24
SendTargets exchange session fullFeature initiator discovery RFC 7143 13.3
IFMarker obsolete No connection initial both discovery RFC 7143 13.25
OFMarker obsolete No connection initial both discovery RFC 7143 13.25
IFMarkInt obsolete Reject connection initial both discovery RFC 7143 13.25
OFMarkInt obsolete Reject connection initial both discovery RFC 7143 13.25
`

describe('the numbers of iSCSI', () => {
  it.each(LISTS)('are as they stand in the standard, or were chosen: %s', (_name, list, numbers) => {
    const found = Object.entries(list).map(([name, value]) => `${name}=${(value as number).toString(16)}`)
    expect(found).toEqual(numbers.split(' '))
  })

  it('are as they stand in the standard, or were chosen: single ones', () => {
    expect([BHS_BYTES, DIGEST_BYTES, RESERVED_TAG, KEY_NAME_BYTES, VALUE_BYTES]).toEqual([48, 4, 0xffff_ffff, 63, 8192])
    expect([pdu.NAME_BYTES, pdu.LOGIN_DATA_SEGMENT_BYTES, pdu.ISCSI_VERSION]).toEqual([223, 8192, 0])
    expect([BLOCK_BYTES, SPARE_BLOCKS, GATHER_BYTES]).toEqual([65_536, 64, 8192])
  })

  it('are as they stand in the standard: text keys', () => {
    const found = Object.entries(keys).map(([name, key]) => {
      const kind = 'offerKind' in key ? key.offerKind : 'kind' in key ? key.kind : undefined
      const value = kind && 'initial' in key ? ` [${kind.range}] ${String(key.initial)}` : ''
      const answer = 'answer' in key ? ` ${key.answer}` : ''
      const { rule, scope, use, senders, inDiscovery, spec } = key
      return `${name} ${rule}${value}${answer} ${scope} ${use} ${senders} ${inDiscovery ? 'discovery' : '-'} ${spec}`
    })
    expect(found).toEqual(KEYS.trim().split('\n'))
  })

  it('of a status have their class in their upper byte', () => {
    expect([0, 0x0102, 0x02ff, 0x0300, 0xffff].map(pdu.loginStatusClass)).toEqual([0, 1, 2, 3, 255])
    expect(() => pdu.loginStatusClass(0x1_0000)).toThrow(RangeError)
  })
})
