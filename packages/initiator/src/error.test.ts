import { encodeSense, Sense } from '@lunkit/scsi'
import { describe, expect, it } from 'vitest'
import { LoginError, RejectedError, ScsiError, TaskManagementError } from './error.ts'

const NO_SENSE_DATA = Uint8Array.of(0x7f, 0, 0, 0, 0, 0, 0, 0)

describe('an error names what the target answered', () => {
  it.each([
    [
      new LoginError(0x0202, 'the target refused the login'),
      'the target refused the login (login status authorizationFailure)',
    ],
    [new RejectedError(5, 'Text'), 'the target rejected Text: commandNotSupported'],
    [new TaskManagementError(1, 'ABORT TASK'), 'ABORT TASK was answered with taskDoesNotExist'],
  ])('%s', (error, message) => {
    expect(error.message).toContain(message)
    expect(error.message).not.toContain('0x')
  })

  it('by its number, with all its digits, where the standard has no name for it', () => {
    expect(new LoginError(0x02fe, 'refused')).toMatchObject({
      message: 'refused (login status 0x02fe)',
      status: 0x02fe,
      statusName: '0x02fe',
    })
    expect(new RejectedError(0x0f, 'Text')).toMatchObject({ message: 'the target rejected Text: 0x0f', reason: 15 })
    expect(new TaskManagementError(0x0e, 'LUN RESET')).toMatchObject({
      message: 'LUN RESET was answered with 0x0e',
      response: 14,
    })
  })

  it('with the field that a field pointer points at, and its bit where it has one', () => {
    const messageOf = (pointer: { in: 'cdb' | 'parameters'; byte: number; bit?: number }) =>
      new ScsiError('WRITE (10)', 2, encodeSense({ code: Sense.invalidFieldInCdb, pointer }, false)).message
    expect(messageOf({ in: 'cdb', byte: 1, bit: 7 })).toMatch(/, byte 1 bit 7 of cdb$/)
    expect(messageOf({ in: 'cdb', byte: 4, bit: 0 })).toMatch(/, byte 4 bit 0 of cdb$/)
    expect(messageOf({ in: 'parameters', byte: 515 })).toMatch(/, byte 515 of parameters$/)
  })

  it('with the information that goes with it, where there is any', () => {
    const messageOf = (information?: number) => {
      const about = information === undefined ? {} : { information }
      return new ScsiError('VERIFY (16)', 2, encodeSense({ code: Sense.writeError, ...about }, false)).message
    }
    expect(messageOf(0)).toBe('VERIFY (16): checkCondition, writeError, information 0')
    expect(messageOf()).toBe('VERIFY (16): checkCondition, writeError')
  })

  it('with its status alone, where its sense data is none', () => {
    const error = new ScsiError('READ (10)', 2, NO_SENSE_DATA)
    expect(error).toMatchObject({ status: 2, sense: undefined, senseKey: undefined, senseName: undefined })
    expect(error.senseBytes).toBe(NO_SENSE_DATA)
  })
})
