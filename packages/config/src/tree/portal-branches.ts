import type { JsonObject } from '../json/value.ts'
import { formatPortal, parsePortal } from '../portal-address.ts'
import { meaningOf, own } from '../schema/kind.ts'
import { textIn, toggle } from '../schema/lenient.ts'
import type { Branch } from './branch.ts'
import { counting, eachOf, LEAF } from './branch.ts'
import { indexedBy, membersOf, named } from './name-index.ts'
import { discoveryPortalsOf } from './rule-lines.ts'
import type { TpgPlace } from './tpg-place.ts'
import { isEnabled } from './tpg-place.ts'
import type { TreeFacts } from './tree-facts.ts'
import { portalFacts } from './tree-facts.ts'
import type { Summary } from './tree-node.ts'
import { NodeKind } from './tree-node.ts'

/** A portal's name, with the address as it stands in the file: `[::0]:3260`. */
function nameOf(portal: JsonObject): string | undefined {
  const [host, port] = [textIn(portal, 'ip_address'), textIn(portal, 'port')]
  if (!host || !port) return undefined
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`
}

function normalize(name: string): string {
  const portal = parsePortal(name)
  return portal === undefined ? name : formatPortal(portal)
}

const byName = indexedBy({ namesOf: named(nameOf), normalize })

const WORDS = ['iser', 'offload'] as const

/** Of a TPG that is not to be served nobody expects a portal to be open. */
function summaryOf(place: TpgPlace, portal: JsonObject, facts: TreeFacts): Summary {
  const address = isEnabled(place) ? parsePortal(nameOf(portal) ?? '') : undefined
  const { isOpen = true, reason } = address === undefined ? {} : portalFacts(facts, place.at, address)
  const word = WORDS.find(each => meaningOf(toggle, own(portal, each) ?? false) === true)
  const name = normalize(nameOf(portal) ?? '')
  const isForDiscovery = discoveryPortalsOf(place).some(each => normalize(nameOf(each) ?? '') === name)
  const summary = [word, isForDiscovery && 'discovery only'].filter(Boolean).join(', ')
  return { summary, healthy: isOpen, reason }
}

/** The portals of a TPG. */
export const portalsBranch = (place: TpgPlace): Branch =>
  counting(
    NodeKind.portals,
    'Portals',
    eachOf(
      () => byName(membersOf(place.tpg, 'portals')),
      ([portal]) => ({
        kind: NodeKind.portal,
        summary: facts => summaryOf(place, portal, facts),
        info: () => portal,
        ...LEAF,
      }),
    ),
  )
