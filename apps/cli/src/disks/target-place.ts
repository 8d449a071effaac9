import { parseIscsiUrl, parsePortal } from '@lunkit/initiator'
import { misused } from '../refusal.ts'

/** Where a portal, a target of it, or a LUN of that is. */
export interface TargetPlace {
  readonly host: string
  readonly port: number
  readonly target?: string
  readonly lun?: number
}

const HAS_SCHEME = /^iscsi:/i
const withoutSecrets = (text: string): string => text.replace(/^.*@/s, '...@')

function read(text: string): TargetPlace & { readonly user?: string } {
  if (HAS_SCHEME.test(text)) return parseIscsiUrl(text)
  // A user name, which would be looked up as one of a host.
  if (text.includes('@')) throw new RangeError('a portal has no "@"')
  return parsePortal(text)
}

/** What a URL, or a portal as `HOST[:PORT]`, says. @throws {Refusal} for what is none, without its password. */
function placeIn(text: string, right: string): TargetPlace {
  let found: ReturnType<typeof read>
  try {
    found = read(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw misused(`${withoutSecrets(text)} is none`, `Right is ${right}.`)
  }
  const { user, host, port, target, lun } = found
  if (user !== undefined)
    throw misused(
      `${withoutSecrets(text)} has a user name, and this initiator cannot authenticate (CHAP) yet`,
      `Right is ${right}.`,
    )
  return { host, port, ...(target !== undefined && { target }), ...(lun !== undefined && { lun }) }
}

const PORTAL = 'HOST[:PORT] or iscsi://HOST[:PORT]; an IPv6 address stands in brackets: [::1]:3260'
const DISK = 'iscsi://HOST[:PORT]/TARGET[/LUN]; lunkit discover tells them'

/** A portal. @throws {Refusal} for what is none. */
export const portalAt = (text: string): TargetPlace => placeIn(text, PORTAL)

/** A target, with a LUN where one is said. @throws {Refusal} for what is none. */
export function targetAt(text: string): TargetPlace & { readonly target: string } {
  const place = placeIn(text, DISK)
  const { target } = place
  if (target === undefined) throw misused(`${text} names no target`, `Right is ${DISK}.`)
  return { ...place, target }
}

/** Whether an argument is meant for a disk, and no file. */
export const isUrl = (text: string): boolean => HAS_SCHEME.test(text)

/** A portal in text: `192.0.2.1:3260`, `[2001:db8::1]:3260`. */
export const portalText = ({ host, port }: Pick<TargetPlace, 'host' | 'port'>): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

/** The URL of a place, as far as it goes. */
export function urlOf({ target, lun, ...portal }: TargetPlace): string {
  const rest = [target, target === undefined ? undefined : lun].filter(part => part !== undefined)
  return ['iscsi:/', portalText(portal), ...rest].join('/')
}
