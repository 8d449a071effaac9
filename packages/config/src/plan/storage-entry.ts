import { claimsOf } from '../disk-claims.ts'
import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { JsonObject } from '../json/value.ts'
import { textIn } from '../schema/lenient.ts'
import type { StorageSettings } from '../tables/storage-settings.ts'
import type { NoteChunk } from './note-chunk.ts'
import { Notices } from './notice.ts'
import { isServedPlugin, planStorage } from './storage.ts'
import type { StorageOutcome } from './storage-outcome.ts'

/** What comes of a storage object by itself, whatever others there are. */
export interface Alone {
  readonly outcome: StorageOutcome
  readonly path: JsonPath
  readonly chunk: NoteChunk
}

/** A storage object of one file, or of several that have the same one. It is judged when somebody uses it. */
export class StorageEntry {
  readonly raw: JsonObject
  /** `fileio/disk0`. */
  readonly key: string
  /** Whether storage objects of its plugin are served. */
  readonly isServed: boolean
  /** Where it stands in the file that is planned now. */
  index: number
  /** Whether that file has it. */
  isCurrent = true
  /** The last plan that used it. */
  usedIn = 0
  readonly #settings: StorageSettings
  #alone: Alone | undefined

  constructor(
    raw: JsonObject,
    { key, index, settings }: Pick<StorageEntry, 'key' | 'index'> & { settings: StorageSettings },
  ) {
    this.raw = raw
    this.key = key
    this.index = index
    this.isServed = isServedPlugin(raw)
    this.#settings = settings
  }

  /** Its place in the file. */
  get path(): JsonPath {
    return ['storage_objects', this.index]
  }

  get alone(): Alone {
    const known = this.#alone
    if (known?.path[1] === this.index) return known
    this.#alone = known?.chunk.canMove ? moved(known, this.path) : this.#judged()
    return this.#alone
  }

  /** What only one disk that is served can have. It is read without being judged. */
  get claims(): readonly string[] {
    if (!this.isServed) return []
    return claimsOf({ file: textIn(this.raw, 'dev') || undefined, serial: textIn(this.raw, 'wwn') || undefined })
  }

  #judged(): Alone {
    const { raw, path } = this
    const notices = new Notices(undefined, path)
    const outcome = planStorage({ raw, path, settings: this.#settings }, notices)
    return { outcome, path, chunk: notices.chunk }
  }
}

function moved({ outcome, chunk }: Alone, path: JsonPath): Alone {
  return { path, chunk, outcome: 'plan' in outcome ? { plan: { ...outcome.plan, path: formatPath(path) } } : outcome }
}
