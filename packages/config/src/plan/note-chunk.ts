import type { JsonPath } from '../json/path.ts'
import type { NoticeKind } from './notice-kind.ts'

/** One thing that was noted. */
export interface Note {
  readonly kind: NoticeKind
  readonly text: string
  readonly path: JsonPath
  /** Whether the path begins at the top of the file and not where its chunk is. */
  readonly isAbsolute: boolean
}

/** What was noted of a part of a file, in order; paths are those within the part. */
export interface NoteChunk {
  readonly path: JsonPath
  readonly isAbsolute: boolean
  readonly noted: readonly (Note | NoteChunk)[]
  /** Whether it would be noted in the same words if the part stood elsewhere: what is wrong names other places. */
  readonly canMove: boolean
}

/** Each note with its whole path, in order. */
export function eachNote(noted: NoteChunk['noted'], above: JsonPath, hear: (note: Note, path: JsonPath) => void): void {
  for (const one of noted) {
    const path = one.isAbsolute ? one.path : [...above, ...one.path]
    if ('noted' in one) eachNote(one.noted, path, hear)
    else hear(one, path)
  }
}
