import { checkArgument, object, oneOf } from '@lunkit/wire'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { textOf } from '../schema/lenient.ts'

/** One text key (RFC 7143 §13) as an administrator limits it for a TPG. LIO saves all of them as texts. */
export interface ParameterRow {
  readonly default: string
  /** What may be written, for a message. */
  readonly values: string
  readonly allows: (value: string) => boolean
}

const DIGITS = /^[0-9]{1,8}$/

function number(least: number, most: number, initial: number): ParameterRow {
  return {
    default: String(initial),
    values: `a whole number from ${least} to ${most}`,
    allows: value => DIGITS.test(value) && Number(value) >= least && Number(value) <= most,
  }
}

function yesOrNo(initial: 'Yes' | 'No'): ParameterRow {
  return { default: initial, values: '"Yes" or "No"', allows: value => value === 'Yes' || value === 'No' }
}

function listFrom(names: readonly string[], initial: string): ParameterRow {
  return {
    default: initial,
    values: `a list, the best first and commas between, of ${names.join(', ')}`,
    allows: value => value.split(',').every(name => names.includes(name)),
  }
}

function anyText(initial: string): ParameterRow {
  return { default: initial, values: 'a text', allows: () => true }
}

/** RFC 7143 §13.6. */
const LONGEST_ALIAS_BYTES = 255

/** A control character would end the key, or its PDU's text, for who reads it. */
function isAlias(value: string): boolean {
  return Buffer.byteLength(value) <= LONGEST_ALIAS_BYTES && !/\p{Cc}/u.test(value)
}

const MAX_SEGMENT = 16_777_215

/** LIO's parameters of a TPG (Linux 6.12, iscsi_target_parameters.h); ranges are those of RFC 7143 §13. */
export const tpgParameters = {
  AuthMethod: listFrom(['CHAP', 'None', 'KRB5', 'SPKM1', 'SPKM2', 'SRP'], 'CHAP'),
  DataDigest: listFrom(['CRC32C', 'None'], 'CRC32C,None'),
  DataPDUInOrder: yesOrNo('Yes'),
  DataSequenceInOrder: yesOrNo('Yes'),
  DefaultTime2Retain: number(0, 3600, 20),
  DefaultTime2Wait: number(0, 3600, 2),
  ErrorRecoveryLevel: number(0, 2, 0),
  FirstBurstLength: number(512, MAX_SEGMENT, 65_536),
  HeaderDigest: listFrom(['CRC32C', 'None'], 'CRC32C,None'),
  IFMarkInt: anyText('Reject'),
  IFMarker: yesOrNo('No'),
  ImmediateData: yesOrNo('Yes'),
  InitialR2T: yesOrNo('Yes'),
  MaxBurstLength: number(512, MAX_SEGMENT, 262_144),
  MaxConnections: number(1, 65_535, 1),
  MaxOutstandingR2T: number(1, 65_535, 1),
  /** Without effect in LIO: the next one is what initiators are told under this name. */
  MaxRecvDataSegmentLength: number(512, MAX_SEGMENT, 8192),
  /** Not of the RFC: what LIO declares as its MaxRecvDataSegmentLength, what an initiator may transmit to it. */
  MaxXmitDataSegmentLength: number(512, MAX_SEGMENT, 262_144),
  OFMarkInt: anyText('Reject'),
  OFMarker: yesOrNo('No'),
  TargetAlias: {
    default: 'LIO Target',
    values: `a text of at most ${LONGEST_ALIAS_BYTES} bytes without control characters`,
    allows: isAlias,
  },
} as const

/** The name of a TPG's parameter. */
export type TpgParameter = keyof typeof tpgParameters
/** What of a TPG's `parameters` LIO would take; undefined for the rest. Files written by hand may hold numbers as numbers. */
export function allowedParameter(name: TpgParameter, value: Json): string | undefined {
  const text = textOf(value)
  return text !== undefined && tpgParameters[name].allows(text) ? text : undefined
}

const NAME = oneOf(Object.keys(tpgParameters))
const VALUES = object('an object of values, or undefined', values => isJsonObject(values as JsonObject))

/**
 * The value in force: what the file says, else LIO's default, also where LIO would refuse what the file says.
 * @throws {TypeError} or {RangeError} for what is no object of values, or no parameter.
 */
export function parameterInForce(values: JsonObject | undefined, name: TpgParameter): string {
  if (values !== undefined) checkArgument('parameterInForce: values', values, VALUES)
  checkArgument('parameterInForce: name', name, NAME)
  const value = values && own(values, name)
  return (value === undefined ? undefined : allowedParameter(name, value)) ?? tpgParameters[name].default
}
