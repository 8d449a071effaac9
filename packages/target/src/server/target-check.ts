import { checkOffers, NAME_BYTES, VALUE_BYTES } from '@lunkit/pdu'
import {
  arrayOf,
  callback,
  checkArgument,
  checkOptions,
  type Domain,
  flag,
  type OptionDomains,
  object,
  required,
  text,
  wholeNumber,
} from '@lunkit/wire'
import { checkAddress, type PortalAddress } from './portal-address.ts'
import type { GroupRedirection } from './target.ts'

/** An address without brackets, or the name of a host. */
const HOST = /^[^\s,[\]/@%]{1,253}$/

/** What ends a name in a text, or a line of a log. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
// oxlint-disable-next-line no-control-regex -- they are what it is about
const NO_NAME = /[\s\u0000-\u001f\u007f]/
/** LIO takes more characters after the date than the standard does: who has such a target keeps it. */
const FORMS = /^(?:iqn\.\d{4}-\d\d\..+|eui\.[0-9a-f]{16}|naa\.(?:[0-9a-f]{16}|[0-9a-f]{32}))$/i
const TARGET_NAME = text(
  `an iSCSI name without white space: "iqn.2026-11.com.example:disk", "eui." and 16 hex digits, or "naa." and 16 or 32; at most ${NAME_BYTES} bytes`,
  name => FORMS.test(name) && !NO_NAME.test(name) && Buffer.byteLength(name) <= NAME_BYTES,
)

/** A target's alias. A login could not tell one that is longer than a value of a key may be. */
export const TARGET_ALIAS = text(
  `a text of at most ${VALUE_BYTES} bytes without control characters`,
  alias => Buffer.byteLength(alias) <= VALUE_BYTES && !/\p{Cc}/u.test(alias),
)

const list = (words: string) =>
  required({ type: 'object', words, has: (value: unknown) => Array.isArray(value) } as const)

const TARGET: OptionDomains = {
  name: required(TARGET_NAME),
  alias: TARGET_ALIAS,
  portalGroups: list('an array of portal groups'),
}

/** Where a login may be sent: what a text key can say. */
const REDIRECTION: Domain = object('{ host, port, initiator, permanent }', redirection => {
  const { host, port, initiator, permanent, ...others } = redirection as Partial<GroupRedirection>
  return (
    typeof host === 'string' &&
    HOST.test(host) &&
    wholeNumber(1, 0xffff).has(port as never) &&
    (initiator === undefined || (typeof initiator === 'string' && FORMS.test(initiator))) &&
    (permanent === undefined || typeof permanent === 'boolean') &&
    Object.keys(others).length === 0
  )
})

const isAddress = (address: object): boolean => {
  checkAddress('discoveryOnly', address)
  return true
}

/** What a portal group may be set to. */
export const GROUP_SETTINGS: OptionDomains = {
  parameters: object('an object of text keys'),
  demoModeDiscovery: flag,
  loginKeysWorkaround: flag,
  loginTimeMs: wholeNumber(1),
  discoveryOnly: arrayOf(object('{ host, port }', isAddress), 'each of it { host, port }'),
  redirections: arrayOf(REDIRECTION, 'each of it { host, port, initiator, permanent }'),
}

/** What every portal group has, whatever stands behind it. */
const GROUP: OptionDomains = {
  tag: required(wholeNumber(0, 0xffff)),
  portals: list('an array of portals: { host, port }'),
  access: required({ ...callback, words: 'a function: openAccess, what nodeAccess() returns, or one of your own' }),
  ...GROUP_SETTINGS,
}

interface CheckedGroup {
  readonly tag: number
  readonly portals: readonly PortalAddress[]
  readonly parameters?: object
}

/**
 * Checks a target that is to be served, before anything of it is. `more` is what its portal groups have beside what all have.
 * @throws {TypeError} or {RangeError} that says which part of it cannot be.
 */
export function checkTarget(where: string, target: unknown, more: OptionDomains): void {
  checkOptions(where, target, TARGET)
  const { portalGroups } = target as { readonly portalGroups: readonly CheckedGroup[] }
  const domains = { ...GROUP, ...more }
  const tags = new Set<number>()
  for (const [at, group] of portalGroups.entries()) {
    const name = `${where}: portalGroups[${at}]`
    checkOptions(name, group, domains)
    for (const [i, portal] of group.portals.entries()) checkAddress(`${name}: portals[${i}]`, portal)
    if (group.parameters) checkOffers(`${name}: parameters`, group.parameters)
    if (tags.has(group.tag))
      throw new RangeError(`${name}: tag is ${group.tag}, as that of another group; right is one of its own for each`)
    tags.add(group.tag)
  }
}

/** @throws {TypeError} or {RangeError} for what is no name of a target. */
export const checkTargetName = (where: string, name: unknown): void =>
  checkArgument(`${where}: the name of the target`, name, TARGET_NAME)
