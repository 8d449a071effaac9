import type { Json } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { sameEnds } from '../same-ends.ts'
import { own } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import { storageKeyOf } from '../storage-key.ts'
import { naaDigits } from '../unit-serial.ts'

/** The plugins that serve what is found at a path. */
const HAVE_FILES: ReadonlySet<Json | undefined> = new Set(['fileio', 'block', 'iblock', 'pscsi'])

/** Where in the list the first of a name is. */
type Places = Map<string, number>

/** What edits look for among storage objects, by where it stands in their list; of several the first is found. */
export class StorageBook {
  readonly #byKey: Places = new Map()
  readonly #byFile: Places = new Map()
  readonly #bySerial: Places = new Map()
  /** Whether nothing is there twice: else nobody knows who is the first when one is gone. */
  #isDistinct = true

  constructor(list: readonly Json[]) {
    this.#enter(list, 0)
  }

  /** The place of the storage object of a key: `fileio/disk0`. */
  ofKey(key: string): number | undefined {
    return this.#byKey.get(key)
  }

  /** The place of the storage object of the plugins fileio, block and pscsi that has a file, or a device. */
  ofFile(path: string): number | undefined {
    return this.#byFile.get(path)
  }

  /** The place of the storage object that has a serial number, as far as initiators tell them apart. */
  ofSerial(serial: string): number | undefined {
    return this.#bySerial.get(naaDigits(serial))
  }

  /** Becomes the book of another list of which it is not too different. @returns whether it has. */
  goesOn(from: readonly Json[], to: readonly Json[]): boolean {
    const [start, end] = sameEnds(from, to)
    const isMoved = end > 0 && from.length !== to.length
    if (!this.#isDistinct || isMoved) return false
    for (const member of from.slice(start, from.length - end))
      for (const [places, name] of this.#namesOf(member)) places.delete(name)
    this.#enter(to.slice(start, to.length - end), start)
    return this.#isDistinct
  }

  #enter(members: readonly Json[], start: number): void {
    for (const [at, member] of members.entries())
      for (const [places, name] of this.#namesOf(member)) {
        if (places.has(name)) this.#isDistinct = false
        else places.set(name, start + at)
      }
  }

  #namesOf(member: Json): readonly (readonly [Places, string])[] {
    if (!isJsonObject(member)) return []
    const [key, serial] = [storageKeyOf(member), textIn(member, 'wwn')]
    const file = HAVE_FILES.has(own(member, 'plugin')) ? own(member, 'dev') : undefined
    return [
      ...(key === undefined ? [] : [[this.#byKey, key] as const]),
      ...(typeof file === 'string' ? [[this.#byFile, file] as const] : []),
      ...(serial ? [[this.#bySerial, naaDigits(serial)] as const] : []),
    ]
  }
}

/** The book of the list that was asked about last: the next one is that list after an edit. */
let last: { readonly list: WeakRef<readonly Json[]>; readonly book: StorageBook } | undefined

/** The book of a list of storage objects. After that of the list before an edit it costs what the edit has changed. */
export function storageBook(list: readonly Json[]): StorageBook {
  const before = last?.list.deref()
  if (last !== undefined && before !== undefined && (before === list || last.book.goesOn(before, list))) {
    if (before !== list) last = { list: new WeakRef(list), book: last.book }
    return last.book
  }
  const book = new StorageBook(list)
  last = { list: new WeakRef(list), book }
  return book
}
