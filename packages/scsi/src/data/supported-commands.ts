import { bit, bits, byteArray, checkArgument, dataView, layout, u8, u16, u32 } from '@lunkit/wire'
import { FIELDS, LIST } from '../domains.ts'
import { needBytes } from '../parameter-error.ts'

/** The SUPPORT field of one_command parameter data. */
export const CommandSupport = {
  notAvailable: 0,
  notSupported: 1,
  /** In conformance with a standard. */
  standard: 3,
  vendorSpecific: 5,
} as const
export type CommandSupport = (typeof CommandSupport)[keyof typeof CommandSupport]

const AllCommandsHeader = layout({
  name: 'all_commands parameter data',
  spec: 'SPC-5, REPORT SUPPORTED OPERATION CODES command, all_commands parameter data',
  size: 4,
  fields: { dataLength: u32(0) },
})

const CommandDescriptor = layout({
  name: 'command descriptor',
  spec: 'SPC-5, REPORT SUPPORTED OPERATION CODES command, command descriptor',
  size: 8,
  fields: {
    opcode: u8(0),
    serviceAction: u16(2),
    timeouts: bit(5, 1),
    hasServiceAction: bit(5, 0),
    cdbLength: u16(6),
  },
})

const OneCommandHeader = layout({
  name: 'one_command parameter data',
  spec: 'SPC-5, REPORT SUPPORTED OPERATION CODES command, one_command parameter data',
  size: 4,
  fields: {
    timeouts: bit(1, 7),
    support: bits<CommandSupport>(1, [2, 0], CommandSupport),
    cdbLength: u16(2),
  },
})

const TimeoutsDescriptor = layout({
  name: 'command timeouts descriptor',
  spec: 'SPC-5, REPORT SUPPORTED OPERATION CODES command, command timeouts descriptor',
  size: 12,
  fields: {
    descriptorLength: u16(0),
    nominalSeconds: u32(4),
    recommendedSeconds: u32(8),
  },
})

/** Bytes of the timeouts descriptor before what its length counts. */
const DESCRIPTOR_LENGTH_BYTES = 2

/** How long a command may take, in seconds; 0: no such time is given. */
export interface CommandTimeouts {
  readonly nominalSeconds: number
  readonly recommendedSeconds: number
}

/** A command as the list of all commands has it. */
export interface SupportedCommand {
  readonly opcode: number
  /** For a command that is one of several with its operation code. */
  readonly serviceAction?: number | undefined
  readonly cdbLength: number
  readonly timeouts?: CommandTimeouts
}

function checkedTimeouts(timeouts: CommandTimeouts): CommandTimeouts {
  checkArgument('timeouts', timeouts, FIELDS)
  return timeouts
}

const encodeTimeouts = (timeouts: CommandTimeouts | undefined): Uint8Array[] =>
  timeouts !== undefined
    ? [
        TimeoutsDescriptor.encode({
          descriptorLength: TimeoutsDescriptor.size - DESCRIPTOR_LENGTH_BYTES,
          ...checkedTimeouts(timeouts),
        }),
      ]
    : []

/** Composes the list of all commands. */
export function encodeAllCommands(commands: readonly SupportedCommand[]): Uint8Array {
  checkArgument('encodeAllCommands: commands', commands, LIST)
  for (const command of commands) checkArgument('encodeAllCommands: a command', command, FIELDS)
  const descriptors = commands.flatMap(({ opcode, serviceAction, cdbLength, timeouts }) => [
    CommandDescriptor.encode({
      opcode,
      serviceAction: serviceAction ?? 0,
      hasServiceAction: serviceAction !== undefined,
      timeouts: timeouts !== undefined,
      cdbLength,
    }),
    ...encodeTimeouts(timeouts),
  ])
  const dataLength = descriptors.reduce((sum, { length }) => sum + length, 0)
  return Buffer.concat([AllCommandsHeader.encode({ dataLength }), ...descriptors])
}

/** What is said of one command. */
export interface OneCommand {
  readonly support: CommandSupport
  /** The CDB usage data; empty for a command that is not supported. */
  readonly usage: Uint8Array
  readonly timeouts?: CommandTimeouts
}

/** Composes what is said of one command. */
export function encodeOneCommand(one: OneCommand): Uint8Array {
  checkArgument('encodeOneCommand: one', one, FIELDS)
  const { support, usage, timeouts } = one
  checkArgument('encodeOneCommand: usage', usage, byteArray(0, 0xffff))
  const header = { support, cdbLength: usage.length, timeouts: timeouts !== undefined }
  return Buffer.concat([OneCommandHeader.encode(header), usage, ...encodeTimeouts(timeouts)])
}

function decodeTimeouts(view: DataView, at: number): { timeouts?: CommandTimeouts } {
  if (at + TimeoutsDescriptor.size > view.byteLength) return {}
  const { nominalSeconds, recommendedSeconds } = TimeoutsDescriptor.view(view, at)
  return { timeouts: { nominalSeconds, recommendedSeconds } }
}

/**
 * Reads the list of all commands, as far as it came.
 * @throws {ParameterDataError} below 4 bytes.
 */
export function decodeAllCommands(bytes: Uint8Array): SupportedCommand[] {
  needBytes(AllCommandsHeader.name, bytes, AllCommandsHeader.size)
  const { dataLength } = AllCommandsHeader.view(dataView(bytes))
  const view = dataView(bytes.subarray(0, AllCommandsHeader.size + dataLength))
  const found: SupportedCommand[] = []
  for (let at = AllCommandsHeader.size; at + CommandDescriptor.size <= view.byteLength; at += CommandDescriptor.size) {
    const { opcode, serviceAction, hasServiceAction, timeouts, cdbLength } = CommandDescriptor.view(view, at)
    found.push({
      opcode,
      ...(hasServiceAction && { serviceAction }),
      cdbLength,
      ...(timeouts && decodeTimeouts(view, at + CommandDescriptor.size)),
    })
    if (timeouts) at += TimeoutsDescriptor.size
  }
  return found
}

/**
 * Reads what is said of one command.
 * @throws {ParameterDataError} below 4 bytes.
 */
export function decodeOneCommand(bytes: Uint8Array): OneCommand {
  needBytes(OneCommandHeader.name, bytes, OneCommandHeader.size)
  const view = dataView(bytes)
  const { support, cdbLength, timeouts } = OneCommandHeader.view(view)
  const end = OneCommandHeader.size + cdbLength
  return { support, usage: bytes.slice(OneCommandHeader.size, end), ...(timeouts && decodeTimeouts(view, end)) }
}
