import { loginIn } from '../edits/login-place.ts'
import { credentialsIn } from '../edits/values.ts'
import { aclsBranch } from './acl-branches.ts'
import type { Branch } from './branch.ts'
import { always } from './branch.ts'
import { chapWords } from './chap-words.ts'
import { loginInfo } from './login-info.ts'
import { lunsBranch } from './lun-branches.ts'
import { portalsBranch } from './portal-branches.ts'
import type { TpgPlace } from './tpg-place.ts'
import { isEnabled, isOn } from './tpg-place.ts'
import { sessionsOf } from './tree-facts.ts'
import type { Summary } from './tree-node.ts'
import { NodeKind } from './tree-node.ts'

/** Whom it lets in, and what it asks of them. */
function accessOf(place: TpgPlace): Summary {
  const isOpen = isOn(place, 'generate_node_acls')
  const acls = isOpen ? 'gen-acls' : 'no-gen-acls'
  if (!place.features.includes('auth')) return { summary: acls }
  if (!isOn(place, 'authentication')) return { summary: `${acls}, no-auth`, healthy: isOpen || undefined }
  if (!isOpen) return { summary: `${acls}, auth per-acl` }
  const { words, healthy } = chapWords(credentialsIn(place.tpg, 'chap_', loginIn(place.document, place.at)))
  return { summary: `${acls}, tpg-auth, ${words}`, healthy }
}

function summaryOf(place: TpgPlace): Summary {
  const { features } = place
  if (!isEnabled(place)) return { summary: 'disabled', healthy: false }
  // The nexus of a fabric that has one is made by the kernel, and no file has it.
  return features.includes('acls') ? accessOf(place) : { summary: '' }
}

/** A TPG of a target. */
export function tpgBranch(place: TpgPlace): Branch {
  const { tpg, features, at } = place
  return {
    kind: NodeKind.tpg,
    summary: facts => ({ ...summaryOf(place), sessions: sessionsOf(facts, at) }),
    info: () => ({ enable: true, tag: at.tag, ...tpg, ...loginInfo(loginIn(place.document, at)) }),
    ...always({
      ...(features.includes('acls') && { acls: () => aclsBranch(place) }),
      luns: () => lunsBranch(place),
      ...(features.includes('nps') && { portals: () => portalsBranch(place) }),
    }),
  }
}
