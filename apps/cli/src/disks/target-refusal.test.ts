import {
  AbortedError,
  AuthenticationError,
  AuthenticationFault,
  ConnectionError,
  LoginError,
  LoginStatus,
  ParameterDataError,
  ProtocolError,
  RejectedError,
  ScsiError,
  Sense,
  Status,
  TaskManagementError,
  TimeoutError,
} from '@lunkit/initiator'
import { encodeSense } from '@lunkit/scsi'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../refusal.ts'
import { interruption, loginRefusal, sessionRefusal } from './target-refusal.ts'

/** What is told of a refusal. */
function told(refusal: unknown) {
  expect(refusal).toBeInstanceOf(Refusal)
  const { message, explanation, code } = refusal as Refusal
  return { message, explanation, code }
}

const HOST = 'iqn.2026-11.com.example:host'
const DISKS = 'iqn.2026-11.com.example:disks'
const LOG = "to look into the target's log; of a lunkitd, lunkit refusals says more"

describe('a refused login', () => {
  it.each([
    ['initiatorError', 'initiator error', 'the target did not accept what this initiator said', LOG],
    [
      'authenticationFailure',
      'authentication failure',
      'the target demands another user name or password (CHAP), or none',
      'the user name and the password that it has for this initiator, iscsi://USER%PASSWORD@HOST, or LIBISCSI_CHAP_USERNAME and LIBISCSI_CHAP_PASSWORD in the environment; or none, where it asks for none',
    ],
    [
      'authorizationFailure',
      'authorization failure',
      'the target has no ACL for this initiator',
      `an ACL for it: lunkit /iscsi/${DISKS}/tpg1/acls create ${HOST}; or the name of an initiator that has one: --initiator-name=${HOST}`,
    ],
    [
      'notFound',
      'not found',
      'the portal has no target of this name',
      'a name that lunkit discover tells; lunkit ls /iscsi says which there are',
    ],
    ['targetRemoved', 'target removed', 'the target was taken away', 'a name that lunkit discover tells'],
    [
      'tooManyConnections',
      'too many connections',
      'the target takes no more connections of this session',
      'to end another one: lunkit sessions, lunkit sessions kick SID',
    ],
    [
      'sessionTypeNotSupported',
      'session type not supported',
      'the target takes no sessions of this type',
      'another portal of it, which lunkit discover tells',
    ],
    [
      'targetError',
      'target error',
      'the target failed',
      'to look into its log; of a lunkitd, lunkit status says what is wrong',
    ],
    [
      'serviceUnavailable',
      'service unavailable',
      'the target serves nobody now: it is disabled, or ends',
      `to enable it: lunkit /iscsi/${DISKS}/tpg1 enable`,
    ],
    [
      'outOfResources',
      'out of resources',
      'the target has no room for another session',
      'to end one, lunkit sessions kick SID, or to raise its limits, lunkit / get limit',
    ],
    ['missingParameter', 'missing parameter', 'the target refused the login for a reason of its own', LOG],
  ] as const)('with the status %s says what it means, and what mends it', (status, words, means, right) => {
    const error = new LoginError(LoginStatus[status], 'the target refused the login')
    expect(told(loginRefusal(error, { target: DISKS, initiator: HOST }))).toEqual({
      message: `The login was refused: ${words}`,
      explanation: `Which means: ${means}. Right is ${right}.`,
      code: 1,
    })
  })

  it('has a place for the target where none was named, and no words that only objects have', () => {
    const error = new LoginError(LoginStatus.serviceUnavailable, 'the target refused the login')
    expect(told(loginRefusal(error, { initiator: HOST })).explanation).toContain('lunkit /iscsi/TARGET/tpg1 enable')
    const strange = Object.assign(new LoginError(0xffff, 'the target refused the login'), { statusName: 'toString' })
    expect(told(loginRefusal(strange, { initiator: HOST })).explanation).toContain('for a reason of its own')
  })
})

describe('a login that this initiator gives up', () => {
  it.each([
    [
      AuthenticationFault.skipped,
      'Right is a target that has a user name and a password for this initiator; or to give it none, where it needs none.',
    ],
    [
      AuthenticationFault.unproven,
      'Right is a target that has a user name and a password of its own (mutual_userid); or to ask it for none.',
    ],
    [
      AuthenticationFault.wrongResponse,
      'Right is the password that the target has (mutual_password); or what answers is not the target.',
    ],
    [
      AuthenticationFault.wrongName,
      'Right is the user name that the target has (mutual_userid); or what answers is not the target.',
    ],
    [
      AuthenticationFault.reflected,
      'What answers tries to have this initiator say the password that it does not know.',
    ],
  ])('because the target was %s says so', (fault, explanation) => {
    expect(told(loginRefusal(new AuthenticationError(fault, 'it lies'), { initiator: HOST }))).toEqual({
      message: 'The login was given up: the target was refused: it lies',
      explanation,
      code: 1,
    })
  })

  it('because what answers speaks something else says which port is right', () => {
    expect(told(loginRefusal(new ProtocolError('HTTP'), { initiator: HOST }))).toEqual({
      message: 'What answers breaks the rules of iSCSI: HTTP',
      explanation: 'Right is the port of an iSCSI portal, 3260 by default.',
      code: 1,
    })
  })
})

describe('where no target answers', () => {
  const NOTHING_LISTENS =
    'Nothing listens there: right is a lunkitd that runs (lunkit status) with a portal at this address and port (lunkit ls /iscsi), and no firewall that refuses it.'
  const NO_WAY = 'There is no way to this host: right is an address that can be reached from here.'
  const NO_NAME = 'There is no host of this name: right is a name that resolves, or an address.'
  const SILENT =
    'Nothing answers: the host is off, a firewall drops what is sent to it, or what listens there is no iSCSI target.'
  it.each([
    ['connect ECONNREFUSED 192.0.2.1:3260', NOTHING_LISTENS],
    ['connect EHOSTUNREACH 192.0.2.1:3260', NO_WAY],
    ['connect ENETUNREACH 192.0.2.1:3260', NO_WAY],
    ['getaddrinfo ENOTFOUND disks', NO_NAME],
    ['getaddrinfo EAI_AGAIN disks', NO_NAME],
    ['connect ETIMEDOUT 192.0.2.1:3260', SILENT],
    ['the login was not answered within 5000 ms', SILENT],
    ['the login took longer than it may', SILENT],
    [
      'the target closed\nthe connection',
      'What listens there ended the connection: right is the port of an iSCSI portal, 3260 by default.',
    ],
    ['', ''],
  ])('%j is explained, and ends the program with 3', (message, explanation) => {
    const errors = [new ConnectionError(message), new TimeoutError(message, 5000)]
    for (const error of errors)
      expect(told(loginRefusal(error, { initiator: HOST }))).toEqual({
        message: `No target answers: ${message}`,
        explanation,
        code: 3,
      })
  })

  it('nothing is said of what is none of that', () => {
    const bug = new Error('a bug')
    expect(loginRefusal(bug, { initiator: HOST })).toBe(bug)
  })
})

describe('a command that the disk refuses', () => {
  it.each([
    [
      'writeProtected',
      'write protected',
      'Right is a LUN that may be written: lunkit /iscsi/TARGET/tpg1/acls/INITIATOR/mapped_lunN set write_protect=false.',
    ],
    [
      'logicalUnitSoftwareWriteProtected',
      'logical unit software write protected',
      'The disk was write-protected by an initiator (MODE SELECT), which can undo it.',
    ],
    [
      'spaceAllocationFailedWriteProtect',
      'space allocation failed write protect',
      'The storage behind the disk is full: right is more room for it.',
    ],
    [
      'logicalUnitNotSupported',
      'logical unit not supported',
      'The target has no such LUN for this initiator: right is one that lunkit inquiry lists.',
    ],
    ['logicalBlockAddressOutOfRange', 'logical block address out of range', 'It lies beyond the end of the disk.'],
    ['invalidCommandOperationCode', 'invalid command operation code', 'The disk does not have this command.'],
    ['invalidFieldInCdb', 'invalid field in CDB', undefined],
  ] as const)('with the sense %s is told in words', (sense, words, explanation) => {
    const error = new ScsiError('WRITE (10)', Status.checkCondition, encodeSense({ code: Sense[sense] }, false))
    expect(told(sessionRefusal(error))).toEqual({
      message: `WRITE (10) was refused by the disk: ${words}`,
      explanation,
      code: 1,
    })
  })

  it('without sense is told by its status', () => {
    expect(told(sessionRefusal(new ScsiError('READ (10)', Status.reservationConflict, new Uint8Array(0))))).toEqual({
      message: 'READ (10) was refused by the disk: reservation conflict',
      explanation: undefined,
      code: 1,
    })
  })
})

describe('what ended a session', () => {
  it.each([
    new AbortedError('READ (10) was aborted'),
    new ConnectionError('the connection is gone'),
    new ParameterDataError('REPORT LUNS answered nonsense'),
    new RejectedError(4, 'READ (10)'),
    new TaskManagementError(1, 'ABORT TASK'),
    new TimeoutError('READ (10) took longer than 5 ms', 5),
  ])('is told as it was: %s', error => {
    expect(told(sessionRefusal(error))).toEqual({ message: error.message, explanation: undefined, code: 1 })
  })

  it('is explained by its cause, where it has one', () => {
    const error = new ConnectionError('the connection is gone', { cause: new Error('read ECONNRESET') })
    expect(told(sessionRefusal(error)).explanation).toBe('read ECONNRESET')
  })

  it.each([new Error('a bug'), 'no error', undefined])('goes on as it is where it is none of what targets do', bug => {
    expect(sessionRefusal(bug)).toBe(bug)
  })

  it('is said where somebody has interrupted it', () => {
    expect(told(interruption())).toEqual({ message: 'Interrupted.', explanation: 'Nothing was done.', code: 1 })
  })
})
