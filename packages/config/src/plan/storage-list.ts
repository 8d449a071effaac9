import type { Json } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { sameEnds } from '../same-ends.ts'
import { describe } from '../schema/kind.ts'
import { storageKeyOf } from '../storage-key.ts'
import type { SettingsInForce } from '../storage-setting.ts'
import type { Notices } from './notice.ts'
import { StorageEntry } from './storage-entry.ts'

/**
 * The storage objects of a file, and of those that come after it: between two of them no more is done than has changed.
 */
export class StorageList {
  #objects: readonly Json[] = []
  #settings: SettingsInForce | undefined
  /** Whether each object of the list is an entry: one that is none, or has the key of another, is noted each time. */
  #isRegular = true
  #entries: StorageEntry[] = []
  readonly #byKey = new Map<string, StorageEntry>()
  readonly #claims = new Map<string, number>()
  /** How many claims more than one entry has. */
  #contested = 0
  /** How many files there were. */
  generation = 0

  /** In the order of the file. */
  get entries(): readonly StorageEntry[] {
    return this.#entries
  }

  /** Whether it depends on who comes first what is served: two have the same file or serial number. */
  get isContested(): boolean {
    return this.#contested > 0
  }

  find(key: string): StorageEntry | undefined {
    return this.#byKey.get(key)
  }

  /** Goes on to the next file. */
  update(objects: readonly Json[], settings: SettingsInForce, notices: Notices): void {
    this.generation++
    if (objects === this.#objects && settings === this.#settings && this.#isRegular) return
    if (settings !== this.#settings || !this.#isRegular || !this.#change(objects, settings))
      this.#enterAll(objects, settings, notices)
    this.#objects = objects
    this.#settings = settings
  }

  /** Changes what differs; false where it is not that simple: then nothing can be said of the list. */
  #change(objects: readonly Json[], settings: SettingsInForce): boolean {
    const before = this.#objects
    const [start, end] = sameEnds(before, objects)
    for (const entry of this.#entries.slice(start, before.length - end)) this.#drop(entry)
    const added = objects
      .slice(start, objects.length - end)
      .map((object, at) => this.#enter(object, start + at, settings))
    if (!added.every(entry => entry !== undefined)) return false
    this.#entries = [...this.#entries.slice(0, start), ...added, ...this.#entries.slice(before.length - end)]
    if (before.length !== objects.length)
      for (let at = start; at < this.#entries.length; at++) (this.#entries[at] as StorageEntry).index = at
    return true
  }

  #enterAll(objects: readonly Json[], settings: SettingsInForce, notices: Notices): void {
    for (const entry of this.#byKey.values()) entry.isCurrent = false
    this.#byKey.clear()
    this.#claims.clear()
    this.#contested = 0
    this.#entries = []
    for (const [index, object] of objects.entries()) {
      const entry = this.#enter(object, index, settings)
      if (entry === undefined) this.#note(object, index, notices)
      else this.#entries.push(entry)
    }
    this.#isRegular = this.#entries.length === objects.length
  }

  /** Undefined: it has no key, or that of another. */
  #enter(object: Json, index: number, { own, others }: SettingsInForce): StorageEntry | undefined {
    const key = storageKeyOf(object)
    if (key === undefined || !isJsonObject(object) || this.#byKey.has(key)) return undefined
    const entry = new StorageEntry(object, { key, index, settings: own.get(key) ?? others })
    this.#byKey.set(key, entry)
    for (const claim of entry.claims) this.#count(claim, 1)
    return entry
  }

  #drop(entry: StorageEntry): void {
    entry.isCurrent = false
    this.#byKey.delete(entry.key)
    for (const claim of entry.claims) this.#count(claim, -1)
  }

  #count(claim: string, step: 1 | -1): void {
    const before = this.#claims.get(claim) ?? 0
    const after = before + step
    if (after === 0) this.#claims.delete(claim)
    else this.#claims.set(claim, after)
    if (Math.max(before, after) === 2) this.#contested += step
  }

  #note(object: Json, index: number, notices: Notices): void {
    const path = ['storage_objects', index]
    const key = storageKeyOf(object)
    const first = key === undefined ? undefined : this.#byKey.get(key)
    if (first === undefined) {
      const wrong = isJsonObject(object) ? 'has no plugin or no name that is a text' : `is ${describe(object)}`
      const so = 'the storage object is not served'
      notices.wrong(path, { wrong, right: 'an object that describes a storage object', so })
    } else
      notices.wrong([...path, 'name'], {
        wrong: `is that of storage_objects[${first.index}] again, ${key}`,
        right: 'one that nothing else has',
        so: 'LUNs use the first',
      })
  }
}
