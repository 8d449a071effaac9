import { LUN } from '@lunkit/scsi/transport'
import { checkArgument, object, text } from '@lunkit/wire'
import type { ChapOptions } from './chap/chap-options.ts'
import { ProtocolError } from './error.ts'
import { ISCSI_PORT } from './limits.ts'
import type { TcpAddress } from './tcp.ts'

/** A portal as text keys and URLs write it: `192.0.2.1:3260,1`, `[2001:db8::1]`, `disk.example.org`. */
const PORTAL = /^(?:\[(?<ipv6>[^\]]+)\]|(?<host>[^:,[\]]+))(?::(?<port>\d{1,5}))?(?:,(?<tag>\d{1,5}))?$/

const PORTAL_TEXT = text('an address, then :port and ,group tag if need be')
const URL_TEXT = text('iscsi://[user%password@]host[:port]/target/lun')

const URL_OBJECT = object('an object, as parseIscsiUrl() makes it', url =>
  ['user', 'password', 'targetUser', 'targetPassword'].every(name =>
    ['string', 'undefined'].includes(typeof (url as Record<string, unknown>)[name]),
  ),
)

/** Where a target can be reached. */
export interface PortalAddress extends TcpAddress {
  readonly portalGroupTag?: number
}

const isNoPortal = (portal: string): string =>
  `${JSON.stringify(portal)} is no portal: an address, then :port and ,group tag if need be`

/** Reads a TargetAddress (RFC 7143 13.8); undefined where it is none. */
function portalOf(portal: string): PortalAddress | undefined {
  const { ipv6, host, port, tag } = PORTAL.exec(portal)?.groups ?? {}
  const name = ipv6 ?? host
  const number = port === undefined ? ISCSI_PORT : Number(port)
  if (name === undefined || number === 0 || number > 0xffff || Number(tag ?? 0) > 0xffff) return undefined
  return { host: name, port: number, ...(tag !== undefined && { portalGroupTag: Number(tag) }) }
}

/**
 * Reads a portal as a TargetAddress writes it (RFC 7143 13.8).
 * @throws {RangeError} when it is none. {TypeError} when it is no text.
 */
export function parsePortal(portal: string): PortalAddress {
  checkArgument('the portal', portal, PORTAL_TEXT)
  const address = portalOf(portal)
  if (!address) throw new RangeError(isNoPortal(portal))
  return address
}

/**
 * Reads a TargetAddress that a target told, as it is reached from where it was asked.
 * @throws {ProtocolError} when it is none: that is the target's mistake, and not one of the caller's arguments.
 */
export function toldPortal(targetAddress: string, asked: string): PortalAddress {
  const address = portalOf(targetAddress)
  if (!address) throw new ProtocolError(`TargetAddress: ${isNoPortal(targetAddress)}`)
  return seenFrom(address, asked)
}

/** @internal A portal as text, RFC 7143 13.8. */
export const portalText = ({ host, port }: TcpAddress): string => `${host.includes(':') ? `[${host}]` : host}:${port}`

/** RFC 4291 2.5.6: an address that is unique on its link only. */
const LINK_LOCAL = /^fe[89ab][0-9a-f]:/i

/**
 * A portal as a target told it, as it is reached from here: on the link on which the target was asked. The target knows no
 * interface of ours, and must not tell one of its own.
 */
export function seenFrom<T extends TcpAddress>(told: T, asked: string): T {
  const [, zone] = asked.split('%')
  if (zone === undefined || !LINK_LOCAL.test(told.host) || told.host.includes('%')) return told
  return { ...told, host: `${told.host}%${zone}` }
}

/** What an iSCSI URL says, as libiscsi's programs write it; all but the portal may be missing. */
export interface IscsiUrl extends TcpAddress {
  readonly target?: string
  readonly lun?: number
  readonly user?: string
  readonly password?: string
  /** By what the target has to show who it is: `?target_user=NAME&target_password=SECRET`. */
  readonly targetUser?: string
  readonly targetPassword?: string
  /** What alone is offered for headers: `?header_digest=crc32c`, or `none`. */
  readonly headerDigest?: 'CRC32C' | 'None'
}

// As libiscsi reads it: who somebody is ends at the first "@", a name at the first "%", or ":" where there is none.
const URL_FORM =
  /^iscsi:\/\/(?:(?<who>[^@?#]*)@)?(?<portal>[^/@?#]+)(?:\/(?<target>[^/@?#]+)(?:\/(?<lun>\d+))?)?\/?(?:\?(?<more>[^#]*))?$/i
type UrlArguments = Pick<IscsiUrl, 'targetUser' | 'targetPassword' | 'headerDigest'>

/** What each argument of a URL says by its value; undefined where that is none. */
const ARGUMENTS: Readonly<Record<string, (value: string) => UrlArguments | undefined>> = {
  target_user: targetUser => ({ targetUser }),
  target_password: targetPassword => ({ targetPassword }),
  header_digest: value => DIGESTS[value],
}
const DIGESTS: Readonly<Record<string, UrlArguments>> = {
  crc32c: { headerDigest: 'CRC32C' },
  none: { headerDigest: 'None' },
}

/** @throws {RangeError} when the text is no such URL, which it shows without the password. {TypeError} when it is no text. */
export function parseIscsiUrl(url: string): IscsiUrl {
  checkArgument('the URL', url, URL_TEXT)
  const { who, portal, target, lun, more } = URL_FORM.exec(url)?.groups ?? {}
  if (portal === undefined) throw noUrl(url)
  const { host, port } = parsePortal(portal)
  if (lun !== undefined) checkArgument('the LUN of the URL', Number(lun), LUN)
  return {
    host,
    port,
    ...(target !== undefined && { target }),
    ...(lun !== undefined && { lun: Number(lun) }),
    ...(who !== undefined && userOf(who)),
    ...(more !== undefined && argumentsOf(more, url)),
  }
}

function noUrl(url: string): RangeError {
  const shown = JSON.stringify(url.replace(/\/\/.*@/s, '//...@').replace(/\?.*$/s, '?...'))
  return new RangeError(
    `${shown} is not iscsi://[user%password@]host[:port]/target/lun[?target_user=user&target_password=password]`,
  )
}

function userOf(who: string): Pick<IscsiUrl, 'user' | 'password'> {
  const at = who.includes('%') ? who.indexOf('%') : who.indexOf(':')
  return at < 0 ? { user: who } : { user: who.slice(0, at), password: who.slice(at + 1) }
}

function argumentsOf(more: string, url: string): UrlArguments {
  const found = new Map<string, UrlArguments>()
  for (const argument of more.split('&')) {
    const [, name = '', value = ''] = /^(.*?)=(.*)$/s.exec(argument) ?? []
    const said = Object.hasOwn(ARGUMENTS, name) ? ARGUMENTS[name]?.(value) : undefined
    if (said === undefined || found.has(name)) throw noUrl(url)
    found.set(name, said)
  }
  return Object.assign({}, ...found.values())
}

/** What of a URL says who is who. */
type UrlCredentials = Pick<IscsiUrl, 'user' | 'password' | 'targetUser' | 'targetPassword'>

/**
 * What a URL says of who is who; undefined where it says nothing.
 * @throws {RangeError} for a name without a secret, a secret without a name, and a target that is to show who it is to somebody
 * who does not.
 */
export function urlAuth(url: UrlCredentials): ChapOptions | undefined {
  checkArgument('urlAuth', url, URL_OBJECT)
  const { user, password, targetUser, targetPassword } = url
  if (!user !== !password || !targetUser !== !targetPassword || (targetUser && !user))
    throw new RangeError(
      'the URL has a user name without a password, or the other way round; right is user%password@, and ?target_user=user&target_password=password where the target has to show who it is',
    )
  if (!user || !password) return undefined
  return {
    user,
    secret: password,
    ...(targetUser && targetPassword && { mutual: { user: targetUser, secret: targetPassword } }),
  }
}
