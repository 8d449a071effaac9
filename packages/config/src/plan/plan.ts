import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import { normalizeIscsiName } from '../names.ts'
import type { Configuration, FileioObject, IscsiTarget, Lun, StorageObject, Tpg } from '../saveconfig.ts'
import { configurationKind, ISCSI_FABRIC, isFileio, isIscsiTarget, kinds } from '../saveconfig.ts'
import { findStorageObject, formatStorageKey } from '../storage-path.ts'
import { settingsOf } from '../storage-setting.ts'
import { AluaState, aluaStateNames, DEFAULT_ALUA_GROUP } from '../tables/alua-attributes.ts'
import { attributeNumber } from '../tables/attribute.ts'
import { serverSettings } from '../tables/server-settings.ts'
import { tpgTags } from '../tags.ts'
import { discoveryRefusal } from './authentication.ts'
import { planGroup } from './groups.ts'
import type { Notice } from './notice.ts'
import { NoticeKind, Notices } from './notice.ts'
import type { LunPlan, ServingPlan, StoragePlan, TargetPlan } from './serving-plan.ts'
import { planStorage } from './storage.ts'
import { noteUnknownKeys } from './unknown.ts'

/** What a configuration means to the lunkit of today: what it serves, what it keeps for later, what it refuses. */
export function planServing(configuration: Configuration): ServingPlan {
  return new Planner(configuration).plan()
}

class Planner {
  readonly #configuration: Configuration
  readonly #notices = new Notices()
  /** By position; a storage object is judged when the first LUN that uses it is. */
  readonly #storage = new Map<number, StoragePlan | undefined>()
  readonly #files = new Map<string, number>()

  constructor(configuration: Configuration) {
    this.#configuration = configuration
  }

  plan(): ServingPlan {
    this.#noteTop()
    const targets = (this.#configuration.targets ?? []).flatMap((target, index): TargetPlan[] => {
      if (isIscsiTarget(target)) return [this.#target(target, ['targets', index])]
      this.#notices.add(NoticeKind.kept, `targets of the fabric ${target.fabric} are not built yet`, ['targets', index])
      return []
    })
    const discoveryRefused = this.#discovery()
    this.#noteRest()
    const storage = [...this.#storage.entries()].sort(([one], [other]) => one - other).flatMap(([, plan]) => plan ?? [])
    const { limits = {}, poll_us: pollUs = serverSettings.poll_us.default } = this.#configuration.lunkit ?? {}
    return { storage, targets, discoveryRefused, limits, pollUs, notices: ordered(this.#notices.found) }
  }

  #noteTop(): void {
    const notices = this.#notices
    noteUnknownKeys(this.#configuration, configurationKind, { path: [], notices })
    const { lunkit } = this.#configuration
    if (lunkit === undefined) return
    noteUnknownKeys(lunkit, kinds.lunkit, { path: ['lunkit'], notices })
    for (const [index, settings] of (lunkit.storage_objects ?? []).entries())
      noteUnknownKeys(settings, kinds.storageObjectSettings, { path: ['lunkit', 'storage_objects', index], notices })
  }

  #discovery(): string | undefined {
    let refused: string | undefined
    for (const [index, fabric] of (this.#configuration.fabric_modules ?? []).entries()) {
      const path = ['fabric_modules', index]
      if (fabric.name !== ISCSI_FABRIC) {
        this.#notices.add(NoticeKind.kept, `settings of the fabric ${fabric.name} are not used yet`, path)
        continue
      }
      noteUnknownKeys(fabric, kinds.fabricModule, { path, notices: this.#notices })
      refused = discoveryRefusal(fabric)
      if (refused !== undefined)
        this.#notices.add(NoticeKind.refused, `discovery sessions are refused: ${refused}`, path)
    }
    return refused
  }

  #target(target: IscsiTarget, path: JsonPath): TargetPlan {
    const tpgs = target.tpgs ?? []
    const tags = tpgTags(tpgs)
    const groups = tpgs.flatMap((tpg, index) => {
      const at = [...path, 'tpgs', index]
      if (tpg.enable === false) {
        this.#notices.add(NoticeKind.unused, 'the TPG is disabled; nothing of it is served', at)
        return []
      }
      if ((tpg.portals ?? []).length === 0)
        this.#notices.add(NoticeKind.unused, 'the TPG has no portal; nobody can reach it', at)
      return [planGroup({ tpg, tag: tags[index] as number, path: at, luns: this.#luns(tpg, at) }, this.#notices)]
    })
    noteUnknownKeys(target, kinds.iscsiTarget, { path, notices: this.#notices })
    return { name: normalizeIscsiName(target.wwn), path: formatPath(path), groups }
  }

  #luns(tpg: Tpg, path: JsonPath): readonly LunPlan[] {
    return (tpg.luns ?? []).flatMap((lun, position) => {
      const found = findStorageObject(this.#configuration, lun.storage_object)
      if (found === undefined) return []
      const at = [...path, 'luns', position]
      noteUnknownKeys(lun, kinds.lun, { path: at, notices: this.#notices })
      const storage = this.#storageOf(found)
      if (storage === undefined || this.#refusedByAlua(lun, found.object, at)) return []
      return [{ lun: lun.index, storage: storage.key }]
    })
  }

  #storageOf({ object, index }: { object: StorageObject; index: number }): StoragePlan | undefined {
    if (!this.#storage.has(index)) {
      const plan = this.#planStorage(object, index)
      const shared = plan !== undefined && isFileio(object) && this.#sharesFile(object, index)
      this.#storage.set(index, shared ? undefined : plan)
    }
    return this.#storage.get(index)
  }

  #sharesFile({ dev }: FileioObject, index: number): boolean {
    const first = this.#files.get(dev)
    this.#files.set(dev, first ?? index)
    if (first === undefined) return false
    const text = `${dev} is the file of storage_objects[${first}] already; two disks on one file destroy each other`
    this.#notices.add(NoticeKind.refused, text, ['storage_objects', index, 'dev'])
    return true
  }

  #refusedByAlua(lun: Lun, object: StorageObject, path: JsonPath): boolean {
    const name = lun.alua_tg_pt_gp_name ?? DEFAULT_ALUA_GROUP
    const group = (object.alua_tpgs ?? []).find(candidate => candidate.name === name)
    const state = attributeNumber(group?.alua_access_state) ?? AluaState.activeOptimized
    if (state === AluaState.activeOptimized) return false
    const text = `the ALUA group ${name} is ${aluaStateNames[state]}: ALUA is not built yet, so the LUN is not served`
    this.#notices.add(NoticeKind.refused, text, path)
    return true
  }

  /** Storage objects that no enabled TPG uses: those of other plugins are kept, the others are left alone. */
  #noteRest(): void {
    for (const [index, object] of (this.#configuration.storage_objects ?? []).entries()) {
      if (this.#storage.has(index)) continue
      const path = ['storage_objects', index]
      const text = 'no LUN of an enabled TPG uses the storage object; it is not opened'
      if (isFileio(object) || formatStorageKey(object).startsWith('ramdisk/'))
        this.#notices.add(NoticeKind.unused, text, path)
      else this.#planStorage(object, index)
    }
  }

  #planStorage(object: StorageObject, index: number): StoragePlan | undefined {
    return planStorage({ object, index, settings: settingsOf(this.#configuration, object) }, this.#notices)
  }
}

const ORDER: readonly string[] = [NoticeKind.refused, NoticeKind.kept, NoticeKind.unused]

function ordered(notices: readonly Notice[]): readonly Notice[] {
  return notices.toSorted((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind))
}
