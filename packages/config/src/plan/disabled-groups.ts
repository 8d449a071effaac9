import type { JsonPath } from '../json/path.ts'
import type { Json } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import type { Tpg } from '../saveconfig.ts'
import { tpgKind } from '../saveconfig.ts'
import { textIn } from '../schema/lenient.ts'
import { groupSettings } from './access-settings.ts'
import { planPortals } from './groups.ts'
import { Notices } from './notice.ts'
import type { DisabledGroupPlan } from './serving-plan.ts'

/** What initiators are told of a TPG that is disabled; undefined when that cannot be read. What is wrong in it concerns nobody until it is enabled. */
export function planDisabledGroup(value: Json, tag: number, path: JsonPath): DisabledGroupPlan | undefined {
  const unheard = new Notices()
  const tpg = tpgKind.read(value, { path, notes: unheard })
  if (tpg === undefined || (tpg.attributes !== undefined && !isJsonObject(tpg.attributes))) return undefined
  const { listedOnlyEnabled, discoverableByAll, generateNodeAcls } = groupSettings(tpg)
  return {
    tag,
    portals: planPortals({ tpg, portals: new Map() }, unheard),
    listed: !listedOnlyEnabled,
    toldTo: discoverableByAll || generateNodeAcls ? undefined : initiatorsOf(tpg),
  }
}

function initiatorsOf({ node_acls: acls }: Tpg): readonly string[] {
  if (!Array.isArray(acls)) return []
  return (acls as readonly Json[]).flatMap(acl => {
    const name = isJsonObject(acl) ? textIn(acl, 'node_wwn') : undefined
    return name === undefined ? [] : [normalizeIscsiName(name)]
  })
}
