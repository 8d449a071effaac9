import { comparedName } from '@lunkit/pdu'
import { parseAddress } from './portal-address.ts'
import { nameLike } from './schema/lenient.ts'

/** Whom an access rule of a file is about. */
export type RuleInitiators =
  /** Those whose ACLs, wherever they are in the file, have this tag. */
  | { readonly kind: 'tag'; readonly tag: string }
  /** Those whose names begin so; as names are compared. */
  | { readonly kind: 'prefix'; readonly prefix: string }
  /** Those who come from a network: its first address, and how many bits all of its addresses share. */
  | { readonly kind: 'network'; readonly address: string; readonly bits: number }

const TAG = /^tag:(?<tag>[^\s/]{1,200})$/
/** With something of a name before the star: who means everybody has demo mode. */
const WILDCARD = /^(?<prefix>(?:iqn\.[^\s_*]{1,200}|(?:eui|naa)\.[0-9a-f]{1,31}))\*$/i
const NETWORK = /^(?<address>[0-9a-f:.]{2,45})(?:\/(?<bits>0|[1-9]\d{0,2}))?$/i
const IPV4_BITS = 32
const IPV6_BITS = 128

/** Whom a rule is about, as it is written: `tag:cluster`, `iqn.1991-05.com.microsoft:*`, `192.0.2.0/24`; undefined for what is none. */
export function parseRuleInitiators(text: string): RuleInitiators | undefined {
  const { tag } = TAG.exec(text)?.groups ?? {}
  if (tag !== undefined) return { kind: 'tag', tag }
  const { prefix } = WILDCARD.exec(text)?.groups ?? {}
  return prefix === undefined ? parseNetwork(text) : { kind: 'prefix', prefix: comparedName(prefix) }
}

function parseNetwork(text: string): RuleInitiators | undefined {
  const { address = '', bits: given } = NETWORK.exec(text)?.groups ?? {}
  const host = parseAddress(address)
  if (host === undefined) return undefined
  const most = host.includes(':') ? IPV6_BITS : IPV4_BITS
  const bits = given === undefined ? most : Number(given)
  return bits <= most ? { kind: 'network', address: firstOf(host, bits), bits } : undefined
}

/** The first address of the network that an address is in. */
function firstOf(host: string, bits: number): string {
  const width = host.includes(':') ? 16 : 8
  const parts = host.includes(':') ? groupsOf(host) : host.split('.').map(Number)
  const masked = parts.map((part, at) => {
    const shared = Math.min(width, Math.max(0, bits - at * width))
    return part - (part % 2 ** (width - shared))
  })
  if (width === 8) return masked.join('.')
  return parseAddress(masked.map(part => part.toString(16)).join(':')) as string
}

/** The eight groups of an IPv6 address in its shortest form. */
function groupsOf(host: string): number[] {
  const [before = '', after] = host.split('::')
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map(each => Number.parseInt(each, 16)))
  const [start, end] = [groups(before), groups(after ?? '')]
  return [...start, ...Array.from({ length: 8 - start.length - end.length }, () => 0), ...end]
}

/** Whom a rule is about, in the one form in which rules are compared; it is what people call the rule. */
export function formatRuleInitiators(initiators: RuleInitiators): string {
  if (initiators.kind === 'tag') return `tag:${initiators.tag}`
  return initiators.kind === 'prefix' ? `${initiators.prefix}*` : `${initiators.address}/${initiators.bits}`
}

/** Whether an address is written with bits that are not of its network. */
function hasHostBits(text: string, initiators: RuleInitiators): boolean {
  return initiators.kind === 'network' && parseAddress(text.split('/', 1)[0] as string) !== initiators.address
}

const RIGHT =
  '"tag:NAME", the beginning of a name and a star ("iqn.1991-05.com.microsoft:*"), or a network ("192.0.2.0/24", "2001:db8::/32")'

/** What would be right in place of a text that is no rule's `initiators`; undefined: it is one. */
export function rightRuleInitiators(text: string): string | undefined {
  const initiators = parseRuleInitiators(text)
  if (initiators === undefined) return RIGHT
  return hasHostBits(text, initiators) ? JSON.stringify(formatRuleInitiators(initiators)) : undefined
}

/** The kind of a rule's `initiators`. */
export const ruleInitiators = nameLike(
  `${RIGHT}, the first address of the network before its length`,
  text => rightRuleInitiators(text) === undefined,
)
