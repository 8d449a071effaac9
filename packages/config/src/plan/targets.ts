import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import { iscsiTargetKind, tpgKind } from '../saveconfig.ts'
import { toggle } from '../schema/lenient.ts'
import { tpgTags } from '../tags.ts'
import { planDisabledGroup } from './disabled-groups.ts'
import type { GroupAt } from './groups.ts'
import { planGroup } from './groups.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { OwnLogins } from './own-logins.ts'
import type { DisabledGroupPlan, GroupPlan, TargetPlan } from './serving-plan.ts'
import type { StorageObjects } from './storage-objects.ts'

/** What came of a TPG, and which portals of its target it takes. */
interface PlacedGroup {
  readonly group: GroupPlan | undefined
  /** By address and port, where in the TPG each is. */
  readonly portals: ReadonlyMap<string, JsonPath>
}

/** Where a target stands. */
export interface TargetAt {
  readonly path: JsonPath
  readonly storage: StorageObjects
  readonly logins: OwnLogins
}

/** The plan of a target, with those of its TPGs that are served; undefined, and noted, when it cannot be read. */
export function planTarget(
  value: JsonObject,
  { path, storage, logins }: TargetAt,
  notices: Notices,
): TargetPlan | undefined {
  const target = iscsiTargetKind.read(value, { path, notes: notices })
  if (target === undefined) return undefined
  const tpgs = target.tpgs ?? []
  const tags = tpgTags(tpgs)
  const portals = new Map<string, JsonPath>()
  let before: PlacedGroup | undefined
  const disabled: DisabledGroupPlan[] = []
  const groups = tpgs.flatMap(({ value: tpg, path: at }, index): GroupPlan[] => {
    const tag = tags[index]
    const enabled = enableOf(tpg, at, notices)
    if (enabled === false) disabled.push(...noteDisabled(tpg, { tag, path: at }, notices))
    if (!enabled || !isTag(tag, { tags, at }, notices)) return []
    const place = { path: at, tag: tag as number, portals, storage, logins: logins.ofGroup(target.wwn, tag as number) }
    const make = (inner: Notices) => placeGroup(tpg, place, inner)
    // The portals that are taken are those of the groups before it.
    const context = [tag, before, ...logins.partsOf(target.wwn, tag)]
    const part = { by: placeGroup, of: tpg, path: at, context, make, moved: moveGroup }
    const placed = storage.recall<PlacedGroup>(part, notices)
    for (const [address, within] of placed.portals) portals.set(address, [...at, ...within])
    before = placed
    return placed.group === undefined ? [] : [placed.group]
  })
  return { name: normalizeIscsiName(target.wwn), path: formatPath(path), groups, disabled }
}

function placeGroup(value: Json, at: Omit<GroupAt, 'tpg'>, notices: Notices): PlacedGroup {
  const { path, portals: taken } = at
  const tpg = tpgKind.read(value, { path, notes: notices })
  const portals = new Map<string, JsonPath>(taken)
  const group = tpg && planGroup({ ...at, portals, tpg }, notices)
  if (group !== undefined && group.portals.length === 0)
    notices.add(NoticeKind.unused, 'the TPG has no portal; nobody can reach it', path)
  const own = [...portals].filter(([address]) => !taken.has(address))
  return { group, portals: new Map(own.map(([address, whole]) => [address, whole.slice(path.length)])) }
}

/** The LUNs that are not served say where they stand. */
function moveGroup({ group, portals }: PlacedGroup, path: JsonPath): PlacedGroup | undefined {
  if (group === undefined || group.unserved.length > 0) return undefined
  return { group: { ...group, path: formatPath(path) }, portals }
}

/** What cannot be read as enabled is not: nobody is let in by mistake. */
function enableOf(tpg: Json, path: JsonPath, notices: Notices): boolean | undefined {
  const enable = isJsonObject(tpg) && Object.hasOwn(tpg, 'enable') ? (tpg.enable as Json) : true
  const so = 'the TPG is not served'
  return enable !== null && toggle.read(enable, { path: [...path, 'enable'], notes: notices, so })
}

/** Of what is disabled nothing is looked at but what discovery tells of it. */
function noteDisabled(
  tpg: Json,
  { tag, path }: { readonly tag: number | undefined; readonly path: JsonPath },
  notices: Notices,
): readonly DisabledGroupPlan[] {
  const plan = tag === undefined ? undefined : planDisabledGroup(tpg, tag, path)
  const told = plan?.listed === true ? '; discovery tells of it, as tpg_enabled_sendtargets is 0' : ''
  notices.add(NoticeKind.unused, `the TPG is disabled; nothing of it is served${told}`, path)
  return plan === undefined ? [] : [plan]
}

function isTag(
  tag: number | undefined,
  { tags, at }: { readonly tags: readonly (number | undefined)[]; readonly at: JsonPath },
  notices: Notices,
): boolean {
  const place = [...at, 'tag']
  const so = 'the TPG is not served'
  if (tag === undefined) {
    notices.wrong(place, { wrong: 'is no tag', right: 'a whole number from 0 to 65535', so })
    return false
  }
  if (tags.filter(other => other === tag).length === 1) return true
  notices.wrong(place, { wrong: `is tag ${tag} again`, right: 'one that no other TPG of the target has', so })
  return false
}
