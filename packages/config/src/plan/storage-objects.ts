import { formatPath } from '../json/path.ts'
import type { StoragePlan } from '../plugins/plugins.ts'
import type { Configuration, LunkitSettings } from '../saveconfig.ts'
import type { Part } from '../schema/kind.ts'
import { storageKeyAt } from '../storage-key.ts'
import { settingsOf } from '../storage-setting.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { Alone, StorageEntry } from './storage-entry.ts'
import type { StorageList } from './storage-list.ts'
import type { StorageOutcome } from './storage-outcome.ts'
import { StorageRivals } from './storage-rivals.ts'

/** That something was made of what came of a storage object. */
interface StorageUse {
  /** Undefined: there was none that was named so. */
  readonly entry: StorageEntry | undefined
  /** Why it was not served; undefined: it was. */
  readonly why: string | undefined
}

/** What was made, and of which storage objects, in order. */
interface MadeOfStorage<T> {
  readonly value: T
  readonly uses: readonly StorageUse[]
}

/** The storage objects of a file. Each is judged when the first LUN that uses it is; what nobody uses is left alone. */
export class StorageObjects {
  readonly #list: StorageList
  readonly #notices: Notices
  readonly #rivals: StorageRivals
  /** What is being made uses these. */
  #uses: StorageUse[] = []

  constructor(
    { configuration, list }: { readonly configuration: Configuration; readonly list: StorageList },
    settings: LunkitSettings | undefined,
    notices: Notices,
  ) {
    this.#list = list
    this.#notices = notices
    this.#rivals = new StorageRivals(notices)
    list.update(configuration.storage_objects ?? [], settingsOf(settings), notices)
    this.#noteSettings(settings)
  }

  /** By plugin and name, in the order of the file. */
  get keys(): readonly string[] {
    return this.#list.entries.map(({ key }) => key)
  }

  /** A storage object that a LUN names. */
  find(key: string): StorageEntry | undefined {
    const entry = this.#list.find(key)
    if (entry === undefined) this.#uses.push({ entry, why: undefined })
    return entry
  }

  /** What becomes of a storage object that a LUN uses. */
  use(entry: StorageEntry): StorageOutcome {
    const outcome = this.#outcomeOf(entry)
    entry.usedIn = this.#list.generation
    this.#uses.push({ entry, why: whyNot(outcome) })
    return outcome
  }

  /** Recalls what is made of a part of the file and of storage objects: it must be made again when one of those has changed. */
  recall<T>(part: Part<T, Notices>, notices: Notices): T {
    const above = this.#uses
    const { value, uses } = notices.recall<MadeOfStorage<T>>({
      ...part,
      make: inner => {
        this.#uses = []
        return { value: part.make(inner), uses: this.#uses }
      },
      holds: made => this.#repeat(made.uses),
      moved: (made, path) => {
        const moved = part.moved?.(made.value, path)
        return moved === undefined ? undefined : { value: moved, uses: made.uses }
      },
    })
    this.#uses = above
    for (const use of uses) above.push(use)
    return value
  }

  /**
   * What is served of them, in the order of the file, when all that uses them is planned. What no enabled TPG uses is noted:
   * other plugins are named, whatever is in them; the others are left alone.
   */
  finish(): { readonly served: readonly StoragePlan[]; readonly judged: readonly Alone[] } {
    const { entries, generation } = this.#list
    const served: StoragePlan[] = []
    const judged: Alone[] = []
    for (const entry of entries) {
      const isUsed = entry.usedIn === generation
      if (isUsed || !entry.isServed) judged.push(entry.alone)
      else {
        const text = 'no LUN of an enabled TPG uses the storage object; it is not opened'
        this.#notices.add(NoticeKind.unused, text, entry.path)
      }
      const outcome = isUsed ? this.#outcomeOf(entry) : undefined
      if (outcome !== undefined && 'plan' in outcome) served.push(outcome.plan)
    }
    return { served, judged }
  }

  /** Whether what came of storage objects comes of them again. Where two are rivals nobody knows before all have been used. */
  #repeat(uses: readonly StorageUse[]): boolean {
    if (this.#list.isContested) return false
    const { generation } = this.#list
    for (const { entry, why } of uses) {
      if (entry?.isCurrent !== true || whyNot(entry.alone.outcome) !== why) return false
      entry.usedIn = generation
    }
    return true
  }

  #outcomeOf(entry: StorageEntry): StorageOutcome {
    return this.#list.isContested ? this.#rivals.outcomeOf(entry) : entry.alone.outcome
  }

  #noteSettings(settings: LunkitSettings | undefined): void {
    const { own } = settingsOf(settings)
    for (const { value, path } of settings?.storage_objects ?? []) {
      const at = [...path, 'storage_object']
      const key = storageKeyAt(value.storage_object)
      const holds = key !== undefined && this.#list.find(key) !== undefined ? own.get(key)?.path : undefined
      if (holds === undefined)
        this.#notices.add(
          NoticeKind.unused,
          `settings of ${value.storage_object}, which storage_objects does not have`,
          at,
        )
      else if (holds !== path)
        this.#notices.wrong(at, {
          wrong: `is ${key} again, as ${formatPath([...holds, 'storage_object'])}`,
          right: 'one that nothing else has',
          so: 'the first holds',
        })
    }
  }
}

function whyNot(outcome: StorageOutcome): string | undefined {
  return 'plan' in outcome ? undefined : outcome.why
}
