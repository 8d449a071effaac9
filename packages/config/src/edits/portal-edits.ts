import { ISCSI_PORT } from '../iscsi-port.ts'
import type { JsonObject } from '../json/value.ts'
import { withMember, withoutMember } from './draft.ts'
import { edit, optionalFlag, optionalNumber, optionalText, someText, takesTpg } from './edit.ts'
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
  }),
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
