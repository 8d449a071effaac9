import type { ChapOptions, IscsiUrl } from '@lunkit/initiator'
import { parseIscsiUrl, parsePortal, urlAuth } from '@lunkit/initiator'
import type { DataSurroundings } from '../data-surroundings.ts'
import { misused } from '../refusal.ts'

/** Where a portal, a target of it, or a LUN of that is. */
export interface TargetPlace {
  readonly host: string
  readonly port: number
  readonly target?: string
  readonly lun?: number
}

/** Where somebody logs in, by what both sides show who they are there, and what is offered in place of the usual. */
export type LoginPlace = TargetPlace & { readonly auth: ChapOptions | undefined; readonly offers: UrlOffers }
type UrlOffers = { readonly HeaderDigest?: readonly NonNullable<IscsiUrl['headerDigest']>[] }

const HAS_SCHEME = /^iscsi:/i
const withoutSecrets = (text: string): string => text.replace(/^[^?]*@/s, '...@').replace(/\?.*$/s, '?...')

/** libiscsi's: a password in an environment is seen by fewer than one in an argument. A URL goes before them. */
const VARIABLES = {
  user: 'LIBISCSI_CHAP_USERNAME',
  password: 'LIBISCSI_CHAP_PASSWORD',
  targetUser: 'LIBISCSI_CHAP_TARGET_USERNAME',
  targetPassword: 'LIBISCSI_CHAP_TARGET_PASSWORD',
} as const

function ofEnvironment({ environment }: DataSurroundings): Partial<Record<keyof typeof VARIABLES, string>> {
  const found = Object.entries(VARIABLES).map(([name, variable]) => [name, environment[variable]] as const)
  return Object.fromEntries(found.filter(([, value]) => value !== undefined && value !== ''))
}

function read(text: string): IscsiUrl {
  if (HAS_SCHEME.test(text)) return parseIscsiUrl(text)
  // A user name, which would be looked up as one of a host.
  if (text.includes('@')) throw new RangeError('a portal has no "@"')
  return parsePortal(text)
}

/** What a URL, or a portal as `HOST[:PORT]`, says. @throws {Refusal} for what is none, without its password. */
function placeIn(text: string, right: string, around: DataSurroundings): LoginPlace {
  try {
    const { host, port, target, lun, headerDigest, ...who } = read(text)
    const offers = headerDigest ? { HeaderDigest: [headerDigest] } : {}
    const auth = authOf({ ...ofEnvironment(around), ...who })
    return { host, port, ...(target !== undefined && { target }), ...(lun !== undefined && { lun }), auth, offers }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw misused(`${withoutSecrets(text)} is none`, `Right is ${right}.`)
  }
}

/** @throws {Refusal} for a name without a password, and the other way round. */
function authOf(who: Pick<IscsiUrl, keyof typeof VARIABLES>): ChapOptions | undefined {
  try {
    return urlAuth(who)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw misused(
      'There is a user name without a password, or the other way round',
      `Right is iscsi://USER%PASSWORD@HOST, or ${Object.values(VARIABLES).join(', ')} in the environment.`,
    )
  }
}

const PORTAL = '[iscsi://[USER%PASSWORD@]]HOST[:PORT]; an IPv6 address stands in brackets: [::1]:3260'
const DISK = 'iscsi://[USER%PASSWORD@]HOST[:PORT]/TARGET[/LUN]; lunkit discover tells them'

/** A portal. @throws {Refusal} for what is none. */
export const portalAt = (text: string, around: DataSurroundings): LoginPlace => placeIn(text, PORTAL, around)

/** A target, with a LUN where one is said. @throws {Refusal} for what is none. */
export function targetAt(text: string, around: DataSurroundings): LoginPlace & { readonly target: string } {
  const place = placeIn(text, DISK, around)
  const { target } = place
  if (target === undefined) throw misused(`${withoutSecrets(text)} names no target`, `Right is ${DISK}.`)
  return { ...place, target }
}

/** Whether an argument is meant for a disk, and no file. */
export const isUrl = (text: string): boolean => HAS_SCHEME.test(text)

/** An argument as it may be said: a URL is without its user name, its password and its arguments. */
export const saidOf = (text: string): string => (isUrl(text) ? withoutSecrets(text) : text)

/** A portal in text: `192.0.2.1:3260`, `[2001:db8::1]:3260`. */
export const portalText = ({ host, port }: Pick<TargetPlace, 'host' | 'port'>): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

/** The URL of a place, as far as it goes. */
export function urlOf({ target, lun, ...portal }: TargetPlace): string {
  const rest = [target, target === undefined ? undefined : lun].filter(part => part !== undefined)
  return ['iscsi:/', portalText(portal), ...rest].join('/')
}
