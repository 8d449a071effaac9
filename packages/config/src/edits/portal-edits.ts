import { flag, required } from '@lunkit/wire'
import { ISCSI_PORT } from '../iscsi-port.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { parseAddress } from '../portal-address.ts'
import { textIn } from '../schema/lenient.ts'
import type { Draft } from './draft.ts'
import { withMember, withoutMember } from './draft.ts'
import { edit, optionalFlag, optionalNumber, optionalText, someText, takesTpg } from './edit.ts'
import { isAbout, putInOwnList } from './own-lists.ts'
import { addPortal, givenAddress, portalIndex } from './portal-place.ts'
import { changeTpg, listOfTpg, tpgAt } from './target-place.ts'
import type { TpgAt } from './tree-path.ts'
import { normalTpg } from './tree-path.ts'

/** A portal of a TPG. */
export interface PortalAt extends TpgAt {
  readonly ip_address: string
  readonly ip_port?: number
}

const takesPortal = { ...takesTpg, ip_address: someText, ip_port: optionalNumber } as const

/** The TPG and the address that arguments name. */
function placeOf({ target, tag, ip_address, ip_port = ISCSI_PORT }: PortalAt) {
  const at = normalTpg({ target, tag })
  return { at, portal: givenAddress(at, { ip_address, ip_port }) }
}

function setDiscoveryOnly(draft: Draft, { at, portal }: ReturnType<typeof placeOf>, only: boolean): void {
  const isIt = (each: Json): boolean =>
    isAbout(each, at) &&
    parseAddress(textIn(each, 'ip_address') ?? '') === portal.host &&
    textIn(each, 'port') === String(portal.port)
  const member = only ? { ...at, ip_address: portal.host, port: portal.port } : undefined
  putInOwnList(draft, 'discovery_portals', { isIt, member })
}

/** The changes of portals. */
export const portalEdits = {
  createPortal: edit<Omit<PortalAt, 'ip_address'> & { readonly ip_address?: string }>(
    'an address and port at which a TPG is reached; without them every IPv4 address, and port 3260',
    { ...takesPortal, ip_address: optionalText },
    (draft, { ip_address = '0.0.0.0', ...given }) => {
      const { at, portal } = placeOf({ ip_address, ...given })
      tpgAt(draft, at)
      addPortal(draft, at, portal)
    },
  ),
  deletePortal: edit<PortalAt>('takes a portal away', takesPortal, (draft, given) => {
    const { at, portal } = placeOf(given)
    const index = portalIndex(draft, at, portal)
    changeTpg(draft, at, tpg => ({ ...tpg, portals: withoutMember(listOfTpg(tpg, 'portals', at), index) }))
    setDiscoveryOnly(draft, { at, portal }, false)
  }),
  setDiscoveryOnly: edit<PortalAt & { readonly discovery_only: boolean }>(
    'has a portal be for discovery alone, or for logins too',
    { ...takesPortal, discovery_only: required(flag) },
    (draft, { discovery_only, ...given }) => {
      const place = placeOf(given)
      portalIndex(draft, place.at, place.portal)
      setDiscoveryOnly(draft, place, discovery_only)
    },
  ),
  setPortal: edit<PortalAt & { readonly iser?: boolean; readonly offload?: boolean }>(
    'whether a portal is for iSER, or for an offload card',
    { ...takesPortal, iser: optionalFlag, offload: optionalFlag },
    (draft, { iser, offload, ...given }) => {
      const { at, portal } = placeOf(given)
      const index = portalIndex(draft, at, portal)
      const set = { ...(iser !== undefined && { iser }), ...(offload !== undefined && { offload }) }
      changeTpg(draft, at, tpg => {
        const portals = listOfTpg(tpg, 'portals', at)
        return { ...tpg, portals: withMember(portals, index, { ...(portals[index] as JsonObject), ...set }) }
      })
    },
  ),
} as const
