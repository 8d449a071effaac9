import type { JsonPath } from '../json/path.ts'
import { naaDigits } from '../unit-serial.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { StorageEntry } from './storage-entry.ts'
import type { StorageOutcome } from './storage-outcome.ts'

/** Who of several storage objects has what only one can have: the first that is used. */
export class StorageRivals {
  readonly #notices: Notices
  readonly #outcomes = new Map<StorageEntry, StorageOutcome>()
  /** The serial numbers of what is served, by what the NAA designator takes of them. */
  readonly #serials = new Map<string, { readonly serial: string; readonly index: number }>()
  /** Files that are taken, and whose they are. */
  readonly #taken = new Map<string, string>()

  constructor(notices: Notices) {
    this.#notices = notices
  }

  outcomeOf(entry: StorageEntry): StorageOutcome {
    const outcome = this.#outcomes.get(entry) ?? this.#judge(entry)
    this.#outcomes.set(entry, outcome)
    return outcome
  }

  #judge({ alone, index, path }: StorageEntry): StorageOutcome {
    const { outcome } = alone
    if (!('plan' in outcome)) return outcome
    const { file, plugin, unit } = outcome.plan
    if (file !== undefined && this.#isTaken(file, index)) {
      const noun = plugin === 'fileio' ? 'file' : 'device'
      const why = `${file} is the ${noun} of ${this.#taken.get(file)} already; two disks on one ${noun} destroy each other`
      return this.#refuse(why, [...path, 'dev'])
    }
    const rival = unit.serial === undefined ? undefined : this.#rivalOf(unit.serial, index)
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
}
