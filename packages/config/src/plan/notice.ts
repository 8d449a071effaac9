import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { Notes, Part } from '../schema/kind.ts'
import type { NoteChunk } from './note-chunk.ts'
import { eachNote } from './note-chunk.ts'
import { NoticeKind } from './notice-kind.ts'
import { isSame, type PartMemory } from './part-memory.ts'

/** One thing to tell the administrator, and everywhere it applies. */
export interface Notice {
  readonly kind: NoticeKind
  /** A sentence without its full stop. */
  readonly text: string
  /** Where, at least once: `targets[0].tpgs[0].attributes.default_erl`. */
  readonly paths: readonly string[]
}

/** What is noted of a part of a file, in order. What is noted of parts of that is kept with them, so that it can be said again. */
export class Notices implements Notes {
  readonly #memory: PartMemory | undefined
  readonly #base: JsonPath
  readonly #noted: NoteChunk['noted'][number][] = []
  #canMove = true

  /** `base` is where the part stands. */
  constructor(memory?: PartMemory, base: JsonPath = []) {
    this.#memory = memory
    this.#base = base
  }

  add(kind: NoticeKind, text: string, path: JsonPath): void {
    if (kind === NoticeKind.wrong) this.#canMove = false
    this.#noted.push({ kind, text, ...this.#placed(path) })
  }

  wrong(path: JsonPath, { wrong, right, so }: Parameters<Notes['wrong']>[1]): void {
    const text = `${subject(path)} ${wrong}; right is ${right}`
    this.add(NoticeKind.wrong, so === undefined ? text : `${text}; ${so}`, path)
  }

  unknown(path: JsonPath, key: string): void {
    this.add(NoticeKind.unknown, `the key ${key} is not known here`, [...path, key])
  }

  recall<T>(part: Part<T, Notices>): T {
    const { path } = part
    const made = this.#memory?.find(part)
    if (made !== undefined && isSame(made.path, path)) return this.#said(made.value, made.chunk, path)
    const moved = made?.chunk.canMove ? part.moved?.(made.value, path) : undefined
    if (made !== undefined && moved !== undefined) return this.#keep(part, moved, made.chunk)
    const inner = new Notices(this.#memory, path)
    return this.#keep(part, part.make(inner), inner.chunk)
  }

  /** What was noted, as it is remembered. */
  get chunk(): NoteChunk {
    return { path: [], isAbsolute: false, noted: this.#noted, canMove: this.#canMove }
  }

  /** The same thing in several places is one notice. */
  get found(): readonly Notice[] {
    const notices = new Map<string, { kind: NoticeKind; text: string; paths: string[] }>()
    eachNote(this.#noted, this.#base, ({ kind, text }, path) => {
      const key = `${kind} ${text}`
      const notice = notices.get(key)
      if (notice === undefined) notices.set(key, { kind, text, paths: [formatPath(path)] })
      else notice.paths.push(formatPath(path))
    })
    return [...notices.values()]
  }

  #keep<T>(part: Part<T, Notices>, value: T, chunk: NoteChunk): T {
    this.#memory?.keep(part, value, chunk)
    return this.#said(value, chunk, part.path)
  }

  /** Notes again what was noted of a part, which stands at `path`. */
  say({ noted, canMove }: NoteChunk, path: JsonPath): void {
    if (noted.length > 0) this.#noted.push({ noted, canMove, ...this.#placed(path) })
    this.#canMove &&= canMove
  }

  #said<T>(value: T, chunk: NoteChunk, path: JsonPath): T {
    this.say(chunk, path)
    return value
  }

  /** A place as it is seen from this part. */
  #placed(path: JsonPath): { readonly path: JsonPath; readonly isAbsolute: boolean } {
    const { length } = this.#base
    const isWithin = path.length >= length && isSame(path.slice(0, length), this.#base)
    return isWithin ? { path: path.slice(length), isAbsolute: false } : { path, isAbsolute: true }
  }
}

/** What a sentence about this place begins with: a key, or "one of luns". */
function subject(path: JsonPath): string {
  const last = path.at(-1) ?? 'the file'
  return typeof last === 'number' ? `one of ${path.at(-2) ?? 'the file'}` : last
}
