import type { Offers } from '@lunkit/pdu'
import { keys } from '@lunkit/pdu'
import { checkArgument, object, oneOf } from '@lunkit/wire'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { textOf } from '../schema/lenient.ts'
import type { Row, Setting, SettingsOf } from './row.ts'
import { Change, KEPT, keptWhen, otherThan } from './row.ts'

/** What a parameter's values are like. */
export const ParameterKind = {
  number: 'number',
  /** Yes or No. */
  toggle: 'toggle',
  /** Names with commas between, the best first. */
  list: 'list',
  text: 'text',
} as const
export type ParameterKind = (typeof ParameterKind)[keyof typeof ParameterKind]

/** What a parameter's value is served as. */
type ParameterSetting<N extends string = string, T = unknown> = Setting<N, T, string>

/** One text key (RFC 7143 §13) as an administrator limits it for a TPG. LIO saves all of them as texts. */
export interface ParameterRow<S = ParameterSetting | typeof KEPT> extends Row<string, S> {
  readonly kind: ParameterKind
}

type Values = Pick<ParameterRow, 'kind' | 'default' | 'values' | 'allows'>

/** LIO takes any of them at any time, for logins to come. */
function parameter<const S extends ParameterSetting | typeof KEPT>(
  values: Values,
  rest: Pick<ParameterRow<S>, 'meaning' | 'sets' | 'shortfall'>,
): ParameterRow<S> {
  return { ...values, change: Change.always, ...rest }
}

/** How a key of RFC 7143 is read and written. */
interface Kind<T> {
  readonly range: string
  parse(text: string): T | undefined
}

const DIGITS = /^[0-9]{1,8}$/

/** A number in the range of a key of RFC 7143. */
function number(kind: Kind<number>, initial: number): Values {
  return {
    kind: ParameterKind.number,
    default: String(initial),
    values: `a whole number from ${kind.range}`,
    allows: value => DIGITS.test(value) && kind.parse(String(Number(value))) !== undefined,
  }
}

/** A number with the range and the default of a key of RFC 7143. */
const numberOf = ({ kind, initial }: { readonly kind: Kind<number>; readonly initial: number }): Values =>
  number(kind, initial)

function yesOrNo(initial: boolean): Values {
  return {
    kind: ParameterKind.toggle,
    default: initial ? 'Yes' : 'No',
    values: '"Yes" or "No"',
    allows: value => value === 'Yes' || value === 'No',
  }
}

const toggleOf = ({ initial }: { readonly initial: boolean }): Values => yesOrNo(initial)

/** Any of the words of a key, or of what else LIO names, in a list. */
function listFrom(names: string, initial: string): Values {
  const known = names.split(', ')
  return {
    kind: ParameterKind.list,
    default: initial,
    values: `a list, the best first and commas between, of ${names}`,
    allows: value => value.split(',').every(name => known.includes(name)),
  }
}

const digestOf = ({ kind }: { readonly kind: { readonly range: string } }): Values =>
  listFrom(kind.range, 'CRC32C,None')

/** LIO takes a comma for the end of the first of several values, of which these keys have one. */
function anyText(initial: string): Values {
  return {
    kind: ParameterKind.text,
    default: initial,
    values: 'a text without commas',
    allows: value => !value.includes(','),
  }
}

/** RFC 7143 §13.6. */
const LONGEST_ALIAS_BYTES = 255
/** What a key may be answered with in the place of a value (RFC 7143 6.2); LIO passes over such an alias. */
const ANSWERS: readonly string[] = ['Reject', 'Irrelevant', 'NotUnderstood']

const alias: Values = {
  kind: ParameterKind.text,
  default: 'LIO Target',
  values: `a text of at most ${LONGEST_ALIAS_BYTES} bytes without control characters and commas, none of ${ANSWERS.join(', ')}`,
  // A control character would end the key, or its PDU's text, for who reads it.
  allows: value =>
    Buffer.byteLength(value) <= LONGEST_ALIAS_BYTES && !/[\p{Cc},]/u.test(value) && !ANSWERS.includes(value),
}

/** The offer of a numeric key. */
function numeric<const N extends keyof Offers>(name: N): ParameterSetting<N, number> {
  return { name, from: Number }
}

/** The offer of a key that is Yes or No. */
function wish<const N extends keyof Offers>(name: N): ParameterSetting<N, boolean> {
  return { name, from: value => value === 'Yes' }
}

/** The offer of a digest, the best first. */
function digests<const N extends 'HeaderDigest' | 'DataDigest'>(
  name: N,
): ParameterSetting<N, readonly ('CRC32C' | 'None')[]> {
  return { name, from: value => keys[name].offerKind.parse(value) ?? [] }
}

const RECEIVED_BYTES = keys.MaxRecvDataSegmentLength.initial as number
const outOfOrder = keptWhen('No', 'data is moved in order; Yes is answered')
const markers = keptWhen('Yes', 'markers are obsolete (RFC 7143); No is answered')

/**
 * LIO's parameters of a TPG (Linux 6.12, iscsi_target_parameters.h), with the ranges of RFC 7143 §13 and LIO's defaults,
 * which are the RFC's where nothing else stands. They set what is offered in a login, by the keys of the RFC.
 */
export const tpgParameters = {
  AuthMethod: parameter(listFrom('CHAP, None, KRB5, SPKM1, SPKM2, SRP', 'CHAP'), {
    meaning: 'how initiators may prove who they are; without None they must',
    // A list that was written without None demands CHAP by itself; one that was not written follows `authentication`.
    sets: { name: 'demandsChap', from: (value, { given }): boolean => given && !value.split(',').includes('None') },
  }),
  DataDigest: parameter(digestOf(keys.DataDigest), {
    meaning: 'checksums of data',
    sets: digests('DataDigest'),
  }),
  DataPDUInOrder: parameter(toggleOf(keys.DataPDUInOrder), {
    meaning: 'data of a sequence is sent in order',
    sets: KEPT,
    shortfall: outOfOrder,
  }),
  DataSequenceInOrder: parameter(toggleOf(keys.DataSequenceInOrder), {
    meaning: 'sequences of data are sent in order',
    sets: KEPT,
    shortfall: outOfOrder,
  }),
  DefaultTime2Retain: parameter(numberOf(keys.DefaultTime2Retain), {
    meaning: 'seconds for which what a lost connection did is kept',
    sets: numeric('DefaultTime2Retain'),
  }),
  DefaultTime2Wait: parameter(numberOf(keys.DefaultTime2Wait), {
    meaning: 'seconds to wait before a lost connection is made again',
    sets: numeric('DefaultTime2Wait'),
  }),
  ErrorRecoveryLevel: parameter(numberOf(keys.ErrorRecoveryLevel), {
    meaning: 'what of a session is recovered; 0: nothing',
    sets: KEPT,
    shortfall: keptWhen(otherThan('0'), 'recovery within a session is not built yet; 0 is answered'),
  }),
  FirstBurstLength: parameter(numberOf(keys.FirstBurstLength), {
    meaning: 'bytes that a command may send unasked; MaxBurstLength at the most',
    // RFC 7143 13.14: it must not exceed MaxBurstLength; LIO lets them be set apart.
    sets: {
      name: 'FirstBurstLength',
      from: (value, { valueOf }): number => Math.min(Number(value), Number(valueOf('MaxBurstLength'))),
    },
  }),
  HeaderDigest: parameter(digestOf(keys.HeaderDigest), {
    meaning: 'checksums of headers',
    sets: digests('HeaderDigest'),
  }),
  IFMarkInt: parameter(anyText('Reject'), { meaning: 'obsolete', sets: KEPT }),
  IFMarker: parameter(yesOrNo(false), { meaning: 'obsolete', sets: KEPT, shortfall: markers }),
  ImmediateData: parameter(toggleOf(keys.ImmediateData), {
    meaning: 'a command may bring data along',
    sets: wish('ImmediateData'),
  }),
  InitialR2T: parameter(toggleOf(keys.InitialR2T), {
    meaning: 'beside immediate data nothing is sent unasked',
    sets: wish('InitialR2T'),
  }),
  MaxBurstLength: parameter(numberOf(keys.MaxBurstLength), {
    meaning: 'bytes of a sequence of data',
    sets: numeric('MaxBurstLength'),
  }),
  MaxConnections: parameter(numberOf(keys.MaxConnections), {
    meaning: 'connections of a session',
    sets: KEPT,
    shortfall: keptWhen(otherThan('1'), 'sessions of several connections are not built yet; 1 is answered'),
  }),
  MaxOutstandingR2T: parameter(numberOf(keys.MaxOutstandingR2T), {
    meaning: 'requests for data that a command may have outstanding',
    sets: numeric('MaxOutstandingR2T'),
  }),
  MaxRecvDataSegmentLength: parameter(number(keys.MaxRecvDataSegmentLength.kind, RECEIVED_BYTES), {
    meaning: 'without effect, as in LIO: the next one is what initiators are told under this name',
    sets: KEPT,
    shortfall: keptWhen(
      otherThan(String(RECEIVED_BYTES)),
      'without effect, as in LIO; initiators are told MaxXmitDataSegmentLength',
    ),
  }),
  /** Not of the RFC: what LIO declares as its MaxRecvDataSegmentLength, what an initiator may transmit to it. */
  MaxXmitDataSegmentLength: parameter(number(keys.MaxRecvDataSegmentLength.kind, 262_144), {
    meaning: 'bytes of data that an initiator may send in one PDU',
    sets: numeric('MaxRecvDataSegmentLength'),
  }),
  OFMarkInt: parameter(anyText('Reject'), { meaning: 'obsolete', sets: KEPT }),
  OFMarker: parameter(yesOrNo(false), { meaning: 'obsolete', sets: KEPT, shortfall: markers }),
  TargetAlias: parameter(alias, {
    meaning: 'the name of the target for people',
    sets: { name: 'TargetAlias', from: (value): string => value },
  }),
} as const

/** The name of a TPG's parameter. */
export type TpgParameter = keyof typeof tpgParameters
/** What a TPG's parameters say of a login: what is offered, by key, and whether they demand CHAP. */
export type ParameterSettings = SettingsOf<typeof tpgParameters>

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
  return allowedParameter(name, (values && own(values, name)) ?? null) ?? tpgParameters[name].default
}
