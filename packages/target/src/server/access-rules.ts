import { BlockList, isIP } from 'node:net'
import { comparedName } from '@lunkit/pdu'
import { arrayOf, checkArgument, checkOptions, object, oneOf, required, text, wholeNumber } from '@lunkit/wire'
import { INITIATOR_ACCESS, type InitiatorAccess } from './access.ts'
import { plainHost, withoutZone } from './portal-address.ts'

/** Whom an access rule is about. */
export type RuleMatch =
  /** Initiators by their whole names. */
  | { readonly kind: 'names'; readonly names: readonly string[] }
  /** Initiators whose names begin so. */
  | { readonly kind: 'prefix'; readonly prefix: string }
  /** Those who come from a network: its first address, and how many bits all of its addresses share. */
  | { readonly kind: 'network'; readonly address: string; readonly bits: number }

/** Who is let in without an ACL of its own, and how it is treated. */
export interface AccessRule {
  /** What people call it, and LUN maps: no other rule of the group has it. */
  readonly name: string
  readonly match: RuleMatch
  readonly access: Partial<InitiatorAccess>
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4')

type MatchOf<K extends RuleMatch['kind']> = Extract<RuleMatch, { readonly kind: K }>
type Matches = (initiatorName: string, host: string) => boolean

/** How each kind of rule finds out whether it is about somebody. */
const MATCHERS: { readonly [K in RuleMatch['kind']]: (match: MatchOf<K>) => Matches } = {
  names: ({ names }) => {
    const all = new Set(names.map(comparedName))
    return name => all.has(name)
  },
  prefix: ({ prefix }) => {
    const begin = comparedName(prefix)
    return name => name.startsWith(begin)
  },
  network: ({ address, bits }) => {
    const list = new BlockList()
    list.addSubnet(address, bits, familyOf(address))
    return (_name, host) => list.check(host, familyOf(host))
  },
}

/** Which of two rules is the more specific: names before beginnings of names before networks, and of those the longer ones. */
const RANKS: { readonly [K in RuleMatch['kind']]: (match: MatchOf<K>) => readonly [number, number] } = {
  names: () => [2, 0],
  prefix: ({ prefix }) => [1, prefix.length],
  network: ({ bits }) => [0, bits],
}

const rankOf = ({ match }: AccessRule): readonly [number, number] =>
  (RANKS[match.kind] as (match: RuleMatch) => readonly [number, number])(match)

function bySpecificity(one: AccessRule, other: AccessRule): number {
  const [[kind, length], [otherKind, otherLength]] = [rankOf(one), rankOf(other)]
  return otherKind - kind || otherLength - length
}

const RULES = arrayOf(object(), 'of access rules: { name, match, access }')
const SOME_NAME = text('the name of an initiator')
const SOME_HOST = text('a numeric address')
const MATCH = object('{ kind, names }, { kind, prefix } or { kind, address, bits }')
const RULE = {
  name: required(text('a name', name => name !== '')),
  match: required(MATCH),
  access: required(object('an object')),
}
const KIND = { kind: required(oneOf(Object.keys(MATCHERS))) }
const FIELDS = {
  names: { ...KIND, names: required(arrayOf(SOME_NAME, 'names of initiators')) },
  prefix: { ...KIND, prefix: required(text('the beginning of a name', prefix => prefix !== '')) },
  network: { ...KIND, address: required(text('a numeric address')), bits: required(wholeNumber(0, 128)) },
} as const

function checkNetwork(where: string, { address, bits }: MatchOf<'network'>): void {
  const family = isIP(address)
  checkArgument(
    `${where}: match: address`,
    address,
    text('a numeric address', () => family !== 0),
  )
  checkArgument(`${where}: match: bits`, bits, wholeNumber(0, family === 4 ? 32 : 128))
}

/** @throws {TypeError} or {RangeError} for what is no rule. */
export function checkAccessRule(where: string, rule: unknown): void {
  checkOptions(where, rule, RULE)
  const { match, access } = rule as AccessRule
  const { kind } = match
  checkOptions(`${where}: match`, { kind }, KIND)
  checkOptions(`${where}: match`, match, FIELDS[kind])
  checkOptions(`${where}: access`, access, INITIATOR_ACCESS)
  if (match.kind === 'network') checkNetwork(where, match)
}

/** The access rules of a portal group, of which the most specific one holds for who logs in. */
export class AccessRules {
  readonly #rules: readonly { readonly rule: AccessRule; readonly matches: Matches }[]

  /** @throws {TypeError} or {RangeError} for what is no rule. */
  constructor(rules: readonly AccessRule[]) {
    checkArgument('AccessRules: rules', rules, RULES)
    for (const [at, rule] of rules.entries()) checkAccessRule(`AccessRules: rules[${at}]`, rule)
    this.#rules = rules.toSorted(bySpecificity).map(rule => {
      const matcher = MATCHERS[rule.match.kind] as (match: RuleMatch) => Matches
      return { rule, matches: matcher(rule.match) }
    })
  }

  /**
   * The rule that holds for an initiator, by its name as `comparedName` gives it and the numeric address that it comes from.
   * @throws {TypeError} for what are no texts.
   */
  find(initiatorName: string, host: string): AccessRule | undefined {
    checkArgument('find: initiatorName', initiatorName, SOME_NAME)
    checkArgument('find: host', host, SOME_HOST)
    const from = withoutZone(plainHost(host))
    return this.#rules.find(({ matches }) => matches(initiatorName, from))?.rule
  }
}
