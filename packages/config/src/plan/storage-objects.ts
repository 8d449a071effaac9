import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import type { StoragePlan } from '../plugins/plugins.ts'
import type { Configuration, LunkitSettings } from '../saveconfig.ts'
import { describe, own } from '../schema/kind.ts'
import { textOf } from '../schema/lenient.ts'
import { formatStorageKey, parseStoragePath } from '../storage-path.ts'
import { settingsOf } from '../storage-setting.ts'
import { naaDigits } from '../unit-serial.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice.ts'
import { isServedPlugin, planStorage } from './storage.ts'
import type { StorageOutcome } from './storage-outcome.ts'

/** A storage object of the file, before it is known whether it can be served. */
export interface StorageEntry {
  readonly raw: JsonObject
  readonly index: number
  /** `fileio/disk0`. */
  readonly key: string
}

/** The storage objects of a file. Each is judged when the first LUN that uses it is; what nobody uses is left alone. */
export class StorageObjects {
  readonly #notices: Notices
  readonly #settings: LunkitSettings | undefined
  readonly #entries = new Map<string, StorageEntry>()
  readonly #outcomes = new Map<string, StorageOutcome>()
  /** The serial numbers of what is served, by what the NAA designator takes of them. */
  readonly #serials = new Map<string, { readonly serial: string; readonly index: number }>()
  /** Files that are taken, and whose they are. */
  readonly #taken = new Map<string, string>()

  constructor(configuration: Configuration, settings: LunkitSettings | undefined, notices: Notices) {
    this.#notices = notices
    this.#settings = settings
    for (const [index, object] of (configuration.storage_objects ?? []).entries()) this.#enter(object, index)
    this.#noteSettings()
  }

  /** By plugin and name, in the order of the file. */
  get keys(): readonly string[] {
    return [...this.#entries.keys()]
  }

  find(key: string): StorageEntry | undefined {
    return this.#entries.get(key)
  }

  /** What becomes of a storage object that a LUN uses. */
  use(entry: StorageEntry): StorageOutcome {
    const known = this.#outcomes.get(entry.key)
    if (known !== undefined) return known
    const outcome = this.#judge(entry)
    this.#outcomes.set(entry.key, outcome)
    return outcome
  }

  /** Those that are served, in the order of the file. */
  get served(): readonly StoragePlan[] {
    return this.keys.flatMap(key => {
      const outcome = this.#outcomes.get(key)
      return outcome !== undefined && 'plan' in outcome ? [outcome.plan] : []
    })
  }

  /** Notes what no enabled TPG uses: other plugins are named, whatever is in them; the others are left alone. */
  noteRest(): void {
    for (const entry of this.#entries.values()) {
      if (this.#outcomes.has(entry.key)) continue
      const path = ['storage_objects', entry.index]
      const text = 'no LUN of an enabled TPG uses the storage object; it is not opened'
      if (isServedPlugin(entry.raw)) this.#notices.add(NoticeKind.unused, text, path)
      else this.#judge(entry)
    }
  }

  #enter(object: Json, index: number): void {
    const path = ['storage_objects', index]
    const raw = isJsonObject(object) ? object : {}
    const [plugin, name] = [own(raw, 'plugin'), own(raw, 'name')].map(value =>
      value === undefined ? '' : textOf(value),
    )
    if (!plugin || !name) {
      const wrong = isJsonObject(object) ? 'has no plugin or no name that is a text' : `is ${describe(object)}`
      const so = 'the storage object is not served'
      return this.#notices.wrong(path, { wrong, right: 'an object that describes a storage object', so })
    }
    const key = formatStorageKey({ plugin, name })
    const first = this.#entries.get(key)
    if (first === undefined) this.#entries.set(key, { raw, index, key })
    else
      this.#notices.wrong([...path, 'name'], {
        wrong: `is that of storage_objects[${first.index}] again, ${key}`,
        right: 'one that nothing else has',
        so: 'LUNs use the first',
      })
  }

  #judge({ raw, index, key }: StorageEntry): StorageOutcome {
    const path = ['storage_objects', index]
    const settings = settingsOf(this.#settings, key)
    const outcome = planStorage({ raw, path, settings }, this.#notices)
    if (!('plan' in outcome)) return outcome
    const { plan } = outcome
    const { serial } = plan.unit
    if (plan.file !== undefined && this.#isTaken(plan.file, index)) {
      const why = `${plan.file} is the file of ${this.#taken.get(plan.file)} already; two disks on one file destroy each other`
      return this.#refuse(why, [...path, 'dev'])
    }
    const rival = serial === undefined ? undefined : this.#rivalOf(serial, index)
    return rival === undefined ? outcome : this.#refuse(rival, [...path, 'wwn'])
  }

  /** Why initiators would take a storage object with this serial number for an earlier one. */
  #rivalOf(serial: string, index: number): string | undefined {
    const digits = naaDigits(serial)
    const first = this.#serials.get(digits)
    if (first === undefined) {
      this.#serials.set(digits, { serial, index })
      return undefined
    }
    const [so, other] = ['initiators would take both for one disk', `storage_objects[${first.index}]`]
    if (first.serial.toLowerCase() === serial.toLowerCase())
      return `the unit serial number ${serial} is that of ${other} already; ${so}`
    const same = `the unit serial number ${serial} makes the same NAA designator as that of ${other}, ${first.serial}`
    return `${same}; ${so}; right is one whose first 25 hex digits nothing else has, such as a UUID`
  }

  #isTaken(what: string, index: number): boolean {
    if (this.#taken.has(what)) return true
    this.#taken.set(what, `storage_objects[${index}]`)
    return false
  }

  #refuse(why: string, path: JsonPath): StorageOutcome {
    this.#notices.add(NoticeKind.refused, why, path)
    return { why }
  }

  #noteSettings(): void {
    const seen = new Map<string, string>()
    for (const { value, path } of this.#settings?.storage_objects ?? []) {
      const at = [...path, 'storage_object']
      const named = parseStoragePath(value.storage_object)
      const key = named && formatStorageKey(named)
      const first = key === undefined ? undefined : seen.get(key)
      if (key === undefined || !this.#entries.has(key))
        this.#notices.add(
          NoticeKind.unused,
          `settings of ${value.storage_object}, which storage_objects does not have`,
          at,
        )
      else if (first === undefined) seen.set(key, formatPath(at))
      else
        this.#notices.wrong(at, {
          wrong: `is ${key} again, as ${first}`,
          right: 'one that nothing else has',
          so: 'the first holds',
        })
    }
  }
}
