import type { JsonPath } from './json/path.ts'
import { formatPath } from './json/path.ts'
import { normalizeIscsiName } from './names.ts'
import { formatPortal, parseAddress } from './portal-address.ts'
import type { Configuration, IscsiTarget, Lun, NodeAcl, StorageObject, Tpg } from './saveconfig.ts'
import { isIscsiTarget } from './saveconfig.ts'
import type { Problems } from './schema/problem.ts'
import { storageAttribute } from './storage-attribute.ts'
import { findStorageObject, formatStorageKey, parseStoragePath } from './storage-path.ts'
import { DEFAULT_ALUA_GROUP } from './tables/alua-attributes.ts'
import { MAX_BLOCKS_PER_PHYSICAL_BLOCK } from './tables/storage-settings.ts'
import { tpgTags } from './tags.ts'

/** Things of which there may be one of each key, and where each key was first seen. */
class Unique {
  readonly #first = new Map<string | number, string>()
  readonly #noun: string
  readonly #problems: Problems

  constructor(noun: string, problems: Problems) {
    this.#noun = noun
    this.#problems = problems
  }

  add(key: string | number, path: JsonPath): void {
    const first = this.#first.get(key)
    if (first === undefined) this.#first.set(key, formatPath(path))
    else this.#problems.add(path, `is ${this.#noun} ${key} again, as ${first}`, 'one that nothing else has')
  }
}

/** Adds to `problems` wherever two places of a configuration cannot both be meant. */
export function findContradictions(configuration: Configuration, problems: Problems): void {
  const objects = configuration.storage_objects ?? []
  const names = new Unique('storage object', problems)
  const serials = new Unique('unit serial number', problems)
  for (const [index, object] of objects.entries()) {
    const path = ['storage_objects', index]
    names.add(formatStorageKey(object), [...path, 'name'])
    if (object.wwn !== undefined) serials.add(object.wwn.toLowerCase(), [...path, 'wwn'])
    checkAluaGroups(object, path, problems)
  }
  const fabrics = new Unique('fabric', problems)
  for (const [index, fabric] of (configuration.fabric_modules ?? []).entries())
    fabrics.add(fabric.name, ['fabric_modules', index, 'name'])
  checkSettings(configuration, problems)
  checkTargets(configuration, problems)
}

function checkSettings(configuration: Configuration, problems: Problems): void {
  const named = new Unique('the settings of', problems)
  for (const [index, settings] of (configuration.lunkit?.storage_objects ?? []).entries()) {
    const path = ['lunkit', 'storage_objects', index]
    const object = namedStorageObject(configuration, settings, { path, problems })
    if (object === undefined) continue
    named.add(formatStorageKey(object), [...path, 'storage_object'])
    checkPhysicalBlock(object, settings.physical_block_size, { path, problems })
  }
}

function checkPhysicalBlock(object: StorageObject, physicalBytes: number | undefined, { path, problems }: At): void {
  const least = storageAttribute(object, 'block_size')
  const most = least * MAX_BLOCKS_PER_PHYSICAL_BLOCK
  if (physicalBytes === undefined || (physicalBytes >= least && physicalBytes <= most)) return
  const wrong = `is ${physicalBytes}, but the block_size of ${formatStorageKey(object)} is ${least}`
  problems.add([...path, 'physical_block_size'], wrong, `a power of two from ${least} to ${most}`)
}

function checkAluaGroups(object: StorageObject, path: JsonPath, problems: Problems): void {
  const names = new Unique('ALUA group', problems)
  const ids = new Unique('ALUA group number', problems)
  for (const [index, group] of (object.alua_tpgs ?? []).entries()) {
    names.add(group.name, [...path, 'alua_tpgs', index, 'name'])
    ids.add(group.tg_pt_gp_id, [...path, 'alua_tpgs', index, 'tg_pt_gp_id'])
  }
}

function checkTargets(configuration: Configuration, problems: Problems): void {
  const targets = new Unique('target', problems)
  for (const [index, target] of (configuration.targets ?? []).entries()) {
    const path = ['targets', index]
    targets.add(`${target.fabric} ${normalizeIscsiName(target.wwn)}`, [...path, 'wwn'])
    if (isIscsiTarget(target)) checkTpgs(configuration, { target, path }, problems)
  }
}

interface TargetAt {
  readonly target: IscsiTarget
  readonly path: JsonPath
}

function checkTpgs(configuration: Configuration, { target, path }: TargetAt, problems: Problems): void {
  const tpgs = target.tpgs ?? []
  const tags = new Unique('tag', problems)
  // LIO: TPGs of one target cannot share an address and port, or a connection could not tell which one it is for.
  const portals = new Unique('portal', problems)
  for (const [index, tag] of tpgTags(tpgs).entries()) {
    const tpg = tpgs[index] as Tpg
    const at = [...path, 'tpgs', index]
    tags.add(tag, [...at, 'tag'])
    for (const [position, portal] of (tpg.portals ?? []).entries()) {
      const host = parseAddress(portal.ip_address) as string
      portals.add(formatPortal({ host, port: portal.port }), [...at, 'portals', position])
    }
    checkLuns(configuration, { luns: tpg.luns ?? [], path: [...at, 'luns'] }, problems)
    checkAcls(tpg, at, problems)
  }
}

interface LunsAt {
  readonly luns: readonly Lun[]
  readonly path: JsonPath
}

interface At {
  readonly path: JsonPath
  readonly problems: Problems
}

/** Logical units that REPORT LUNS lists to one initiator at the most. */
const MOST_LUNS = 16_384

function checkLuns(configuration: Configuration, { luns, path }: LunsAt, problems: Problems): void {
  if (luns.length > MOST_LUNS) problems.add(path, `has ${luns.length} LUNs`, `at most ${MOST_LUNS}`)
  const indices = new Unique('LUN', problems)
  for (const [position, lun] of luns.entries()) {
    const at = [...path, position]
    indices.add(lun.index, [...at, 'index'])
    const object = namedStorageObject(configuration, lun, { path: at, problems })
    if (object !== undefined) checkAluaName(lun, object, { path: at, problems })
  }
}

/** The storage object that `storage_object` names; undefined, and a problem, when there is none. */
function namedStorageObject(
  configuration: Configuration,
  { storage_object: named }: { readonly storage_object: string },
  { path, problems }: At,
): StorageObject | undefined {
  const found = findStorageObject(configuration, named)
  if (found !== undefined) return found.object
  const at = [...path, 'storage_object']
  if (parseStoragePath(named) === undefined) {
    problems.add(at, `is ${JSON.stringify(named)}`, '"/backstores/PLUGIN/NAME"')
    return undefined
  }
  const known = (configuration.storage_objects ?? []).map(object => formatStorageKey(object))
  const right = known.length === 0 ? 'a storage object of this file, which has none' : `one of ${known.join(', ')}`
  problems.add(at, `names ${named}, which storage_objects does not have`, right)
  return undefined
}

function checkAluaName(lun: Lun, object: StorageObject, { path, problems }: At): void {
  const name = lun.alua_tg_pt_gp_name
  if (name === undefined || name === null || name === DEFAULT_ALUA_GROUP) return
  const groups = (object.alua_tpgs ?? []).map(group => group.name)
  if (groups.includes(name)) return
  const wrong = `names the ALUA group ${JSON.stringify(name)}, which ${formatStorageKey(object)} does not have`
  problems.add(
    [...path, 'alua_tg_pt_gp_name'],
    wrong,
    `one of ${[...new Set([DEFAULT_ALUA_GROUP, ...groups])].join(', ')}`,
  )
}

function checkAcls(tpg: Tpg, path: JsonPath, problems: Problems): void {
  const initiators = new Unique('the ACL of', problems)
  for (const [index, acl] of (tpg.node_acls ?? []).entries()) {
    const at = [...path, 'node_acls', index]
    initiators.add(normalizeIscsiName(acl.node_wwn), [...at, 'node_wwn'])
    checkMappedLuns(acl, tpg.luns ?? [], { path: at, problems })
  }
}

function checkMappedLuns(acl: NodeAcl, luns: readonly Lun[], { path, problems }: At): void {
  const indices = new Unique('mapped LUN', problems)
  for (const [position, mapped] of (acl.mapped_luns ?? []).entries()) {
    const at = [...path, 'mapped_luns', position]
    indices.add(mapped.index, [...at, 'index'])
    if (luns.some(lun => lun.index === mapped.tpg_lun)) continue
    const known = luns.map(lun => lun.index).sort((one, other) => one - other)
    const right = known.length === 0 ? 'a LUN of the TPG, which has none' : `a LUN of the TPG: ${known.join(', ')}`
    problems.add([...at, 'tpg_lun'], `names LUN ${mapped.tpg_lun}, which the TPG does not have`, right)
  }
}
