import { arrayOf, bit, checkArgument, dataView, flag, layout, oneOf, u8 } from '@lunkit/wire'
import { needBytes } from '../parameter-error.ts'

/** Which task management functions there are: the first four bytes, which are all that comes without REPD. */
const functions = {
  abortTask: bit(0, 7),
  abortTaskSet: bit(0, 6),
  clearAca: bit(0, 5),
  clearTaskSet: bit(0, 4),
  logicalUnitReset: bit(0, 3),
  queryTask: bit(0, 2),
  targetReset: bit(0, 1),
  wakeup: bit(0, 0),
  queryAsyncEvent: bit(1, 2),
  queryTaskSet: bit(1, 1),
  iTNexusReset: bit(1, 0),
  additionalLength: u8(3),
}

const SupportedFunctions = layout({
  name: 'REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS parameter data',
  spec: 'SPC-5, REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS command, basic parameter data',
  size: 4,
  fields: functions,
})

const SupportedFunctionsExtended = layout({
  name: 'REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS extended parameter data',
  spec: 'SPC-5, REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS command, extended parameter data',
  size: 16,
  fields: functions,
})

/** A task management function as the parameter data names it. */
export type SupportedFunction = Exclude<keyof typeof functions, 'additionalLength'>

const NAMES = Object.keys(functions).filter((name): name is SupportedFunction => name !== 'additionalLength')

const FUNCTIONS = arrayOf(oneOf(NAMES))

/** Composes the parameter data; `extended` (REPD) with room for timeouts, none of which is given. */
export function encodeSupportedFunctions(supported: readonly SupportedFunction[], extended: boolean): Uint8Array {
  checkArgument('encodeSupportedFunctions: supported', supported, FUNCTIONS)
  checkArgument('encodeSupportedFunctions: extended', extended, flag)
  const bits = Object.fromEntries(supported.map(name => [name, true]))
  if (!extended) return SupportedFunctions.encode(bits)
  const additionalLength = SupportedFunctionsExtended.size - SupportedFunctions.size
  return SupportedFunctionsExtended.encode({ ...bits, additionalLength })
}

/**
 * Reads the parameter data of either form.
 * @throws {ParameterDataError} below 4 bytes.
 */
export function decodeSupportedFunctions(bytes: Uint8Array): SupportedFunction[] {
  needBytes(SupportedFunctions.name, bytes, SupportedFunctions.size)
  const view = SupportedFunctions.view(dataView(bytes))
  return NAMES.filter(name => view[name])
}
