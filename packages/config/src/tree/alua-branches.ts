import { newGroup } from '../edits/alua-place.ts'
import type { JsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import { aluaAttributes, aluaStateNames, DEFAULT_ALUA_GROUP } from '../tables/alua-attributes.ts'
import { rowInForce } from '../tables/attribute.ts'
import type { Branch, Children } from './branch.ts'
import { counting, LEAF } from './branch.ts'
import { indexedBy, membersOf, named } from './name-index.ts'
import { inTreeOrder } from './name-order.ts'
import { NodeKind } from './tree-node.ts'

const byName = indexedBy({ namesOf: named(group => textIn(group, 'name')) })

const groupBranch = (group: JsonObject): Branch => ({
  kind: NodeKind.aluaGroup,
  summary() {
    const state = rowInForce(aluaAttributes.alua_access_state, own(group, 'alua_access_state'))
    return {
      summary: `ALUA state: ${aluaStateNames[state] ?? 'unreadable'}`,
      healthy: aluaStateNames[state] !== undefined,
    }
  },
  info: () => group,
  ...LEAF,
})

/** Every storage object has a group, whether its file says so or not; but for one that commands are passed through to. */
function groupsOf(object: JsonObject): Children {
  const hasDefault = textIn(object, 'plugin') !== 'pscsi'
  const groups = byName(membersOf(object, 'alua_tpgs'))
  return {
    names: () => (hasDefault ? inTreeOrder(new Set([DEFAULT_ALUA_GROUP, ...groups.names])) : groups.names),
    child(name) {
      const group = groups.get(name)?.[0]
      if (group !== undefined) return groupBranch(group)
      return hasDefault && name === DEFAULT_ALUA_GROUP ? groupBranch(newGroup(name, 0)) : undefined
    },
  }
}

/** The ALUA groups of a storage object. */
export const aluaBranch = (object: JsonObject): Branch => counting(NodeKind.aluaGroups, 'ALUA Groups', groupsOf(object))
