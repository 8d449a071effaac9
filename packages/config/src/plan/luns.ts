import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import type { Lun } from '../saveconfig.ts'
import type { Placed } from '../schema/kind.ts'
import { describe, own } from '../schema/kind.ts'
import { someNames } from '../some-names.ts'
import { storageKeyAt } from '../storage-key.ts'
import { aluaAttributes, aluaStateNames, DEFAULT_ALUA_GROUP } from '../tables/alua-attributes.ts'
import { attributeInForce } from '../tables/attribute.ts'
import { SERVED_LUNS } from '../tables/lun-numbers.ts'
import type { Notices } from './notice.ts'
import type { LunPlan, UnservedLun } from './serving-plan.ts'
import type { StorageEntry } from './storage-entry.ts'
import type { StorageObjects } from './storage-objects.ts'

/** The LUNs of a TPG that are served, and those that are not. */
export interface GroupLuns {
  readonly served: readonly LunPlan[]
  readonly unserved: readonly UnservedLun[]
}

/** Finds out which LUNs of a TPG can be served, each by itself. */
export function planLuns(luns: readonly Placed<Lun>[], storage: StorageObjects, notices: Notices): GroupLuns {
  const served: LunPlan[] = []
  const unserved: UnservedLun[] = []
  const numbers = new Map<number, JsonPath>()
  if (luns.length > SERVED_LUNS) {
    const so = `only the first ${SERVED_LUNS} are served`
    notices.wrong(luns[0]?.path.slice(0, -1) ?? [], {
      wrong: `has ${luns.length} LUNs`,
      right: `at most ${SERVED_LUNS}`,
      so,
    })
  }
  for (const [position, { value: lun, path }] of luns.entries()) {
    const first = numbers.get(lun.index)
    if (first === undefined) numbers.set(lun.index, path)
    const tooMany = position >= SERVED_LUNS ? `more than ${SERVED_LUNS} LUNs` : undefined
    const outcome = tooMany ?? numberTaken({ lun, path, first }, notices) ?? judge(lun, { path, storage, notices })
    if (typeof outcome !== 'string') served.push(outcome)
    else unserved.push({ lun: lun.index, storage: keyOf(lun), path: formatPath(path), why: outcome })
  }
  return { served, unserved }
}

/** A storage object as people name it; else what the file says. */
function keyOf({ storage_object: named }: Lun): string {
  return storageKeyAt(named) ?? named
}

/** LIO makes the first LUN of a number, and none again. */
function numberTaken(
  { lun, path, first }: { readonly lun: Lun; readonly path: JsonPath; readonly first: JsonPath | undefined },
  notices: Notices,
): string | undefined {
  if (first === undefined) return undefined
  const wrong = `is LUN ${lun.index} again, as ${formatPath([...first, 'index'])}`
  const so = 'the LUN is not served'
  notices.wrong([...path, 'index'], { wrong, right: 'one that nothing else has', so })
  return `index ${wrong}`
}

interface LunAt {
  readonly path: JsonPath
  readonly storage: StorageObjects
  readonly notices: Notices
}

/** The plan of a LUN, or why it is not served. */
function judge(lun: Lun, { path, storage, notices }: LunAt): LunPlan | string {
  const entry = findEntry(lun, { path, storage, notices })
  if (typeof entry === 'string') return entry
  const outcome = storage.use(entry)
  if (!('plan' in outcome)) return outcome.why
  return notices.recall<LunPlan | string>({
    by: judge,
    of: lun,
    path,
    context: [entry.raw],
    make: inner => refusedByAlua(lun, { entry, path }, inner) ?? { lun: lun.index, storage: entry.key },
    moved: made => made,
  })
}

function findEntry({ storage_object: named }: Lun, { path, storage, notices }: LunAt): StorageEntry | string {
  const key = storageKeyAt(named)
  const entry = key && storage.find(key)
  if (entry !== undefined) return entry
  const known = storage.keys
  const [wrong, right] =
    key === undefined
      ? [`is ${JSON.stringify(named)}`, '"/backstores/PLUGIN/NAME"']
      : [
          `names ${named}, which storage_objects does not have`,
          known.length === 0 ? 'a storage object of this file, which has none' : `one of ${someNames(known)}`,
        ]
  notices.wrong([...path, 'storage_object'], { wrong, right, so: 'the LUN is not served' })
  return `storage_object ${wrong}`
}

/** A LUN is served in a group that is active and optimized, and in no other: what a state restricts is not built yet. */
function refusedByAlua(
  lun: Lun,
  { entry, path }: { readonly entry: StorageEntry; readonly path: JsonPath },
  notices: Notices,
): string | undefined {
  const name = lun.alua_tg_pt_gp_name ?? DEFAULT_ALUA_GROUP
  const groups = groupsOf(entry.raw)
  const own = groups.filter(group => group.name === name)
  if (own.length === 0 && name !== DEFAULT_ALUA_GROUP) {
    const wrong = `names the ALUA group ${describe(name)}, which ${entry.key} does not have`
    const known = groups.map(group => describe(group.name))
    const right = `one of ${[...new Set([JSON.stringify(DEFAULT_ALUA_GROUP), ...known])].join(', ')}`
    notices.wrong([...path, 'alua_tg_pt_gp_name'], { wrong, right, so: 'the LUN is not served' })
    return `alua_tg_pt_gp_name ${wrong}`
  }
  const { shortfall } = aluaAttributes.alua_access_state
  const state = own
    .map(group => attributeInForce(aluaAttributes, group.raw, 'alua_access_state'))
    .find(found => shortfall?.when(found))
  if (state === undefined || shortfall === undefined) return undefined
  const why = `the ALUA group ${describe(name)} is ${aluaStateNames[state] ?? 'in a state that is not known'}`
  notices.add(shortfall.kind, `${why}: ${shortfall.text}`, path)
  return why
}

function groupsOf(raw: JsonObject): readonly { readonly raw: JsonObject; readonly name: Json }[] {
  const groups = own(raw, 'alua_tpgs')
  if (!Array.isArray(groups)) return []
  return (groups as readonly Json[])
    .filter(isJsonObject)
    .map(group => ({ raw: group, name: own(group, 'name') ?? null }))
}
