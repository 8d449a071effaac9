import type { Json } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import type { PortalAddress } from '../portal-address.ts'
import { formatPortal, ipAddress, lacksInterface, parseAddress } from '../portal-address.ts'
import { meaningOf, own } from '../schema/kind.ts'
import { number, textIn } from '../schema/lenient.ts'
import type { Draft } from './draft.ts'
import { EditError, EditFault, notThere } from './edit-error.ts'
import { changeTpg, listOfTpg, tagsOf, targetAt, tpgAt, tpgsOf } from './target-place.ts'
import type { TpgAt } from './tree-path.ts'
import { treePath } from './tree-path.ts'

const MOST_PORT = 65_535
const portNumber = number(0, MOST_PORT)

/** The address of a portal as it stands in a file; undefined where it cannot be read. */
export function addressIn(portal: Json): PortalAddress | undefined {
  if (!isJsonObject(portal)) return undefined
  const host = parseAddress(textIn(portal, 'ip_address') ?? '')
  const port = meaningOf(portNumber, own(portal, 'port') ?? null)
  return host === undefined || port === undefined ? undefined : { host, port }
}

/** The address that is given. @throws {EditError} for what is none. */
export function givenAddress(
  at: TpgAt,
  { ip_address, ip_port }: { readonly ip_address: string; readonly ip_port: number },
): PortalAddress {
  const host = parseAddress(ip_address)
  const path = `${treePath.tpg(at)}/portals`
  if (host === undefined || lacksInterface(host))
    throw new EditError(EditFault.invalid, {
      path,
      wrong: `cannot have ${JSON.stringify(ip_address)}`,
      right: ipAddress.right,
    })
  if (ip_port > MOST_PORT)
    throw new EditError(EditFault.invalid, {
      path,
      wrong: `cannot have port ${ip_port}`,
      right: `a port from 0 to ${MOST_PORT}`,
    })
  return { host, port: ip_port }
}

/** Each portal of a target, and the tag of its TPG. */
function portalsOf(draft: Draft, target: string): readonly { readonly tag: number; readonly address: PortalAddress }[] {
  const tpgs = tpgsOf(targetAt(draft, target).object, target)
  const tags = tagsOf(tpgs)
  return tpgs.flatMap((tpg, at) =>
    (isJsonObject(tpg) ? listOfTpg(tpg, 'portals', { target, tag: tags[at] ?? 0 }) : []).flatMap(portal => {
      const address = addressIn(portal)
      return address === undefined ? [] : [{ tag: tags[at] ?? 0, address }]
    }),
  )
}

const isSameAddress = (one: PortalAddress, other: PortalAddress): boolean => formatPortal(one) === formatPortal(other)

/** Whether any TPG of a target has the portal. */
export function hasPortal(draft: Draft, target: string, portal: PortalAddress): boolean {
  return portalsOf(draft, target).some(({ address }) => isSameAddress(address, portal))
}

/** The addresses that stand for every one, by kind. */
const WILDCARDS: readonly string[] = ['0.0.0.0', '::']

const isWildcard = ({ host }: PortalAddress): boolean => WILDCARDS.includes(host)

/** Whether LIO could not listen at both: one of them is every address of its kind, at the same port. */
function overlap(one: PortalAddress, other: PortalAddress): boolean {
  const isOneKind = one.host.includes(':') === other.host.includes(':')
  return one.port === other.port && one.port !== 0 && isOneKind && (isWildcard(one) || isWildcard(other))
}

/** Adds a portal. @throws {EditError} for one that there is, or that is part of another of its TPG. */
export function addPortal(draft: Draft, at: TpgAt, portal: PortalAddress): void {
  const path = treePath.portal(at, portal)
  for (const { tag, address } of portalsOf(draft, at.target)) {
    const there = treePath.portal({ target: at.target, tag }, address)
    if (isSameAddress(address, portal)) {
      const wrong = tag === at.tag ? 'exists' : `is ${there} already; TPGs within a target cannot share ip:port`
      throw new EditError(EditFault.exists, { path, wrong, right: 'another address or port' })
    }
    if (tag === at.tag && overlap(address, portal))
      throw new EditError(EditFault.exists, {
        path,
        wrong: `overlaps ${there}`,
        right: 'another port, or one of the two',
      })
  }
  const { host, port } = portal
  const ip_address = host.includes(':') ? `[${host}]` : host
  changeTpg(draft, at, tpg => ({
    ...tpg,
    portals: [...listOfTpg(tpg, 'portals', at), { ip_address, iser: false, offload: false, port }],
  }))
  draft.made.push(path)
}

/** The place of a portal in the list of its TPG. @throws {EditError} where it is not. */
export function portalIndex(draft: Draft, at: TpgAt, portal: PortalAddress): number {
  const index = listOfTpg(tpgAt(draft, at).object, 'portals', at).findIndex(each => {
    const address = addressIn(each)
    return address !== undefined && isSameAddress(address, portal)
  })
  if (index < 0) throw notThere(treePath.portal(at, portal), 'a portal')
  return index
}
