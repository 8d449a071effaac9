import { TaskAttribute, TaskManagementFunction } from '@lunkit/pdu'
import { LUN } from '@lunkit/scsi/transport'
import {
  byteArray,
  callback,
  checkArgument,
  checkOptions,
  type Domain,
  flag,
  object,
  oneOf,
  required,
  text,
  wholeNumber,
} from '@lunkit/wire'
import { type CommandListener, type CommandRequest, CommandTask } from './task.ts'

/** Expected Data Transfer Length has 32 bits (RFC 7143 11.3.4). */
const LONGEST_TRANSFER = 0xffff_ffff
/** What is left for a CDB in additional header segments, RFC 7143 11.2.2.3. */
const CDB = byteArray(6, 260)
const READ_LENGTH = wholeNumber(0, LONGEST_TRANSFER)
const DATA = byteArray(0, LONGEST_TRANSFER)
const ATTRIBUTE = oneOf(Object.values(TaskAttribute))
const NAME = text()
const REQUEST = object('a request: { lun, cdb, read, write, ... }')
const LISTENER = { ended: required(callback), failed: required(callback) }

/** Block addresses that are exact as a number. */
export const BLOCK_ADDRESS: Domain = wholeNumber()
/** Numbers of blocks that one command can name. */
export const BLOCK_COUNT: Domain = wholeNumber(0, LONGEST_TRANSFER)
/** What a command may write. */
export const WRITE_DATA: Domain = DATA

/**
 * Checks a command before anything of it is composed.
 * @throws {TypeError} or {RangeError} that says what is wrong and what would be right.
 */
export function checkRequest(request: CommandRequest): void {
  checkArgument('the request', request, REQUEST)
  const { name, lun, cdb, read, write, attribute, immediate } = request
  checkArgument('lun', lun, LUN)
  if (name !== undefined) checkArgument('name', name, NAME)
  checkArgument('cdb', cdb, CDB)
  if (read !== undefined) checkArgument('read', read, typeof read === 'object' ? DATA : READ_LENGTH)
  if (write !== undefined) checkArgument('write', write, DATA)
  if (attribute !== undefined) checkArgument('attribute', attribute, ATTRIBUTE)
  if (immediate !== undefined) checkArgument('immediate', immediate, flag)
}

/** @throws {TypeError} for what cannot hear how a command ends. */
export function checkListener(listener: CommandListener): void {
  if (typeof listener?.ended === 'function' && typeof listener.failed === 'function') return
  checkOptions('the listener', listener, LISTENER)
}

/** The functions of task management that a target is asked for. */
export const MANAGEMENT_FUNCTION: Domain = oneOf(Object.values(TaskManagementFunction))

/** What a task management function may be about. */
export const MANAGEMENT_TARGET = {
  lun: LUN,
  command: object(
    'a command, as execute() returns it',
    command => 'task' in command && command.task instanceof CommandTask,
  ),
}
