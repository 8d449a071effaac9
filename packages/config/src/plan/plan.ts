import { checkConfiguration } from '../document.ts'
import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import type { Configuration, LunkitSettings } from '../saveconfig.ts'
import { asJson, configurationKind, ISCSI_FABRIC, iscsiTargetKind, lunkitKind, tpgKind } from '../saveconfig.ts'
import { own } from '../schema/kind.ts'
import { toggle } from '../schema/lenient.ts'
import { serverSettings } from '../tables/server-settings.ts'
import { tpgTags } from '../tags.ts'
import { planDiscovery } from './discovery.ts'
import { planGroup } from './groups.ts'
import { lunCount } from './lun-count.ts'
import type { Notice } from './notice.ts'
import { NoticeKind, Notices } from './notice.ts'
import type { GroupPlan, ServingPlan, TargetPlan } from './serving-plan.ts'
import { StorageObjects } from './storage-objects.ts'

/**
 * What a configuration means to the lunkit of today: what it serves, what it keeps for later, what it refuses.
 * @throws {ConfigError} or {TypeError} as checkConfiguration().
 */
export function planServing(configuration: Configuration): ServingPlan {
  checkConfiguration(asJson(configuration))
  return new Planner(configuration).plan()
}

class Planner {
  readonly #configuration: Configuration
  readonly #notices = new Notices()
  readonly #settings: LunkitSettings | undefined
  readonly #storage: StorageObjects

  constructor(configuration: Configuration) {
    const { lunkit } = configuration
    this.#configuration = configuration
    for (const key of Object.keys(configuration))
      if (!Object.hasOwn(configurationKind.shape.optional, key)) this.#notices.unknown([], key)
    this.#settings =
      lunkit === undefined ? undefined : lunkitKind.read(lunkit, { path: ['lunkit'], notes: this.#notices })
    this.#storage = new StorageObjects(configuration, this.#settings, this.#notices)
  }

  plan(): ServingPlan {
    const targets = this.#targets()
    const discoveryRefused = planDiscovery(this.#configuration.fabric_modules, this.#notices)
    this.#storage.noteRest()
    const { limits = {}, poll_us: pollUs = serverSettings.poll_us.default } = this.#settings ?? {}
    return {
      storage: this.#storage.served,
      targets,
      lunsInFile: lunCount(this.#configuration),
      discoveryRefused,
      limits,
      pollUs,
      notices: ordered(this.#notices.found),
    }
  }

  /** Two targets of one name: nobody knows which is meant, so that neither is served. */
  #targets(): readonly TargetPlan[] {
    const targets = this.#configuration.targets ?? []
    const names = targets.map(nameOf)
    return targets.flatMap((value, index): TargetPlan[] => {
      const path = ['targets', index]
      const name = names[index]
      if (!this.#isServed(value, path)) return []
      const rivals = [...names.keys()].filter(other => other !== index && name !== undefined && names[other] === name)
      if (rivals.length === 0) return this.#target(value as JsonObject, path)
      const others = rivals.map(other => `targets[${other}].wwn`).join(', ')
      const wrong = `is target ${name} again, as ${others}`
      const so = 'none of them is served'
      this.#notices.wrong([...path, 'wwn'], { wrong, right: 'one that nothing else has', so })
      return []
    })
  }

  /** Whether a target is of the fabric that is served; what another one is is said. */
  #isServed(value: Json, path: JsonPath): boolean {
    const fabric = isJsonObject(value) ? own(value, 'fabric') : undefined
    if (fabric === ISCSI_FABRIC) return true
    if (typeof fabric === 'string')
      this.#notices.add(NoticeKind.kept, `targets of the fabric ${fabric} are not built yet`, path)
    else iscsiTargetKind.read(value, { path, notes: this.#notices })
    return false
  }

  #target(value: JsonObject, path: JsonPath): TargetPlan[] {
    const target = iscsiTargetKind.read(value, { path, notes: this.#notices })
    if (target === undefined) return []
    const tpgs = target.tpgs ?? []
    const tags = tpgTags(tpgs)
    const portals = new Map<string, string>()
    const groups = tpgs.flatMap(({ value: tpg, path: at }, index): GroupPlan[] => {
      const tag = tags[index]
      if (!this.#isEnabled(tpg, at) || !this.#isTag(tag, { tags, at })) return []
      const group = this.#group(tpg, { path: at, tag: tag as number, portals })
      return group === undefined ? [] : [group]
    })
    return [{ name: normalizeIscsiName(target.wwn), path: formatPath(path), groups }]
  }

  #group(value: Json, at: { path: JsonPath; tag: number; portals: Map<string, string> }): GroupPlan | undefined {
    const tpg = tpgKind.read(value, { path: at.path, notes: this.#notices })
    const group = tpg && planGroup({ ...at, tpg, storage: this.#storage }, this.#notices)
    if (group !== undefined && group.portals.length === 0)
      this.#notices.add(NoticeKind.unused, 'the TPG has no portal; nobody can reach it', at.path)
    return group
  }

  /** What cannot be read as enabled is not: nobody is let in by mistake. Of what is disabled nothing is looked at. */
  #isEnabled(tpg: Json, path: JsonPath): boolean {
    const enable = isJsonObject(tpg) && Object.hasOwn(tpg, 'enable') ? (tpg.enable as Json) : true
    const so = 'the TPG is not served'
    const enabled = enable !== null && toggle.read(enable, { path: [...path, 'enable'], notes: this.#notices, so })
    if (enabled === false) this.#notices.add(NoticeKind.unused, 'the TPG is disabled; nothing of it is served', path)
    return enabled === true
  }

  #isTag(tag: number | undefined, { tags, at }: { tags: readonly (number | undefined)[]; at: JsonPath }): boolean {
    const place = [...at, 'tag']
    const so = 'the TPG is not served'
    if (tag === undefined) {
      this.#notices.wrong(place, { wrong: 'is no tag', right: 'a whole number from 0 to 65535', so })
      return false
    }
    if (tags.filter(other => other === tag).length === 1) return true
    this.#notices.wrong(place, { wrong: `is tag ${tag} again`, right: 'one that no other TPG of the target has', so })
    return false
  }
}

/** By what name initiators know a target; undefined: it is not of iSCSI, or has none. */
function nameOf(target: Json): string | undefined {
  if (!isJsonObject(target) || own(target, 'fabric') !== ISCSI_FABRIC) return undefined
  const name = own(target, 'wwn')
  return typeof name === 'string' ? normalizeIscsiName(name) : undefined
}

const ORDER: readonly string[] = Object.values(NoticeKind)

function ordered(notices: readonly Notice[]): readonly Notice[] {
  return notices.toSorted((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind))
}
