import type { JsonPath } from '../json/path.ts'
import type { Part } from '../schema/kind.ts'
import type { NoteChunk } from './note-chunk.ts'

/** What came of a part of a document. */
export interface Made<T> {
  readonly value: T
  readonly path: JsonPath
  readonly context: readonly unknown[]
  readonly chunk: NoteChunk
}

const NO_CONTEXT: readonly unknown[] = []

/**
 * What came of parts of documents, each known by the object that it was made of. Documents are never changed in place, so
 * that what is the same object says the same.
 */
export class PartMemory {
  readonly #made = new WeakMap<object, WeakMap<object, Made<unknown>>>()

  /** What came of it before, if nothing that it depends on has changed but perhaps its place. */
  find<T, N>(part: Part<T, N>): Made<T> | undefined {
    const { by, of, context = NO_CONTEXT } = part
    const made = this.#made.get(by)?.get(of as object) as Made<T> | undefined
    if (made === undefined || !isSame(made.context, context)) return undefined
    return part.holds === undefined || part.holds(made.value) ? made : undefined
  }

  /** Keeps what came of an object; what came of anything else is not known again. */
  keep<T, N>({ by, of, path, context = NO_CONTEXT }: Part<T, N>, value: T, chunk: NoteChunk): void {
    if (typeof of !== 'object' || of === null) return
    let own = this.#made.get(by)
    if (own === undefined) {
      own = new WeakMap()
      this.#made.set(by, own)
    }
    own.set(of, { value, path, context, chunk })
  }
}

/** Whether two lists hold the same values in the same order. */
export function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}
