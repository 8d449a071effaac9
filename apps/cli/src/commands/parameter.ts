import { nearest } from '@lunkit/wire'
import type { CommandLine } from '../line/command-line.ts'
import { misused } from '../refusal.ts'
import type { Values } from './completions.ts'

/** What a value of a command is read as. */
export interface ParameterKind<T> {
  /** What stands for it in help: `true|false`. */
  readonly syntax: string
  /** All that it may be, where it is one of some words. */
  readonly words?: readonly string[]
  /** @throws {Refusal} for what is none. */
  readonly read: (value: string, name: string) => T
}

const kindOf = <T>(syntax: string, read: (value: string, name: string) => T): ParameterKind<T> => ({ syntax, read })

/** A number after an optional word: `lun0` and `0` are the same. */
function numbered(word: string, wrong: (value: string) => string): ParameterKind<number> {
  return kindOf(`${word}N|N`, value => {
    const digits = value.startsWith(word) ? value.slice(word.length) : value
    if (/^[0-9]{1,9}$/.test(digits)) return Number(digits)
    throw misused(wrong(value), `${JSON.stringify(value)} is no number of one; right is ${word}1, or 1.`)
  })
}

const POWERS = ['', 'k', 'm', 'g', 't'] as const
const SIZE = /^([0-9]{1,15})([kmgt]?)i?b?$/i

function bytesOf(value: string): number {
  const [, digits = '', unit = ''] = SIZE.exec(value) ?? []
  const bytes = Number(digits) * 1024 ** POWERS.indexOf(unit.toLowerCase() as (typeof POWERS)[number])
  if (digits !== '' && Number.isSafeInteger(bytes)) return bytes
  throw misused(`Cannot interpret size, wrong format: ${value}`, 'Right is a number of bytes, or 512k, 64M, 1G, 2T.')
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** Every kind of value, in targetcli's words. */
export const kinds = {
  text: kindOf('TEXT', value => value),
  number: kindOf('NUMBER', value => {
    if (/^[0-9]{1,15}$/.test(value)) return Number(value)
    throw misused(`Syntax error, '${value}' is not a NUMBER.`, 'Right is a whole number.')
  }),
  flag: kindOf('true|false', (value, name) => {
    // Its own name in its place is what programs send to targetcli: restoreconfig FILE clear_existing.
    const flag = value === name ? true : FLAGS.get(value.toLowerCase())
    if (flag !== undefined) return flag
    throw misused(
      `Syntax error, '${value}' is not true|false.`,
      `Right is ${name === '' ? '' : `${name}=`}true or false.`,
    )
  }),
  seconds: kindOf('SECONDS', value => {
    const seconds = /^[0-9]{1,5}(?:\.[0-9]{1,3})?$/.test(value) ? Number(value) : 0
    if (seconds > 0) return seconds
    throw misused(`Syntax error, '${value}' is not a number of SECONDS.`, 'Right is 1, 0.5 or 60.')
  }),
  size: kindOf('BYTES', bytesOf),
  iscsiName: kindOf('IQN', (value, name) => {
    if (/^(?:iqn\.|eui\.|naa\.)[^\s/]{1,219}$/i.test(value)) return value
    throw misused(`${value} is no ${name}`, `Right is an iSCSI name: ${name}=iqn.2026-11.com.example:host.`)
  }),
  tag: numbered('tpg', () => 'Tag argument must be a number.'),
  lun: numbered('lun', () => 'Invalid LUN'),
  mappedLun: numbered('mapped_lun', () => 'mapped_lun must be an integer'),
} as const

/** One of some words. */
export const oneOf = (...words: readonly string[]): ParameterKind<string> => ({
  ...kindOf(words.join('|'), (value, name) => {
    if (words.includes(value)) return value
    throw misused(`'${value}' is no ${name}`, `Right is one of ${words.join(', ')}.`)
  }),
  words,
})

/** A parameter of a command. */
export interface Parameter {
  readonly name: string
  readonly kind: ParameterKind<unknown>
  readonly isRequired?: boolean
  /** What is done without it, for help. */
  readonly default?: string
  /** In a line. */
  readonly meaning?: string
  /** What it may be, for whoever types it. */
  readonly values?: Values
}

/** A parameter with what it may be. */
export const of = (values: Values, parameter: Parameter): Parameter => ({ ...parameter, values })

/** A parameter that must be given. */
export const needs = (name: string, kind: ParameterKind<unknown>, meaning?: string): Parameter => ({
  name,
  kind,
  isRequired: true,
  ...(meaning !== undefined && { meaning }),
})

/** A parameter that may be left out; `without` says what is done then. */
export const may = (name: string, kind: ParameterKind<unknown>, without?: string): Parameter => ({
  name,
  kind,
  ...(without !== undefined && { default: without }),
})

const listed = (names: readonly string[]): string => names.map(name => `'${name}'`).join(', ')

function checkNames(takes: readonly Parameter[], { positional, named }: CommandLine): void {
  const names = takes.map(({ name }) => name)
  const given = [...names.slice(0, positional.length), ...named.map(([name]) => name)]
  const missing = takes.filter(({ name, isRequired }) => isRequired === true && !given.includes(name))
  const words = missing.map(({ name }) => name).sort()
  if (words.length === 1) throw misused(`Missing required parameter ${words[0]}`, usageOf(takes))
  if (words.length > 1) throw misused(`Missing required parameters ${listed(words)}`, usageOf(takes))
  const unexpected = given.filter(name => !names.includes(name)).sort()
  const [first] = unexpected
  if (first !== undefined) {
    const near = nearest(first, names)
    const plural = unexpected.length > 1 ? 's' : ''
    const explanation = near === null ? usageOf(takes) : `There is ${near}.`
    throw misused(`Unexpected keyword parameter${plural} ${listed(unexpected)}.`, explanation)
  }
  const twice = given.find((name, at) => given.indexOf(name) !== at)
  if (twice !== undefined) throw misused(`Duplicate parameter ${twice}.`)
  const count = positional.length + named.length
  if (count <= takes.length) return
  const how = takes.every(({ isRequired }) => isRequired === true) ? 'exactly' : 'at most'
  throw misused(`Got ${count} positionnal parameters, expected ${how} ${takes.length}.`, usageOf(takes))
}

/** How a command's parameters are written: `name file_or_dev [size]`. */
export function syntaxOf(takes: readonly Parameter[]): string {
  return takes.map(({ name, isRequired }) => (isRequired === true ? name : `[${name}]`)).join(' ')
}

const usageOf = (takes: readonly Parameter[]): string =>
  takes.length === 0 ? 'It takes none.' : `It takes ${syntaxOf(takes)}.`

/** Values by the names of parameters. */
export type Given = Readonly<Record<string, unknown>>

/** What a line gives a command that takes these. An empty value is one left out, but where it is required. @throws {Refusal} */
export function boundTo(takes: readonly Parameter[], line: CommandLine): Given {
  checkNames(takes, line)
  const named = new Map(line.named)
  const values = takes.flatMap(({ name, kind, isRequired }, at): [string, unknown][] => {
    const value = line.positional[at] ?? named.get(name)
    if (value === undefined || (value === '' && isRequired !== true)) return []
    if (value === '') throw misused(`Missing required parameter ${name}`, usageOf(takes))
    return [[name, kind.read(value, name)]]
  })
  return Object.fromEntries(values)
}
