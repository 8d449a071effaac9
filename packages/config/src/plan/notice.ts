import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { Notes } from '../schema/kind.ts'

/** What becomes of a part of a configuration that is not simply served. */
export const NoticeKind = {
  /** It restricts access or protects data in a way that is not built yet: what it stands on is not served at all. */
  refused: 'refused',
  /** It cannot be meant: what it stands on is not served, or is served without it; the text says which. */
  wrong: 'wrong',
  /** Nothing here knows it; it stays in the file. What is served is served without it. */
  unknown: 'unknown',
  /** lunkit does not do this yet, or not so; it stays in the file. What is served is served without it. */
  kept: 'kept',
  /** The administrator has turned it off, or nothing uses it. */
  unused: 'unused',
} as const
export type NoticeKind = (typeof NoticeKind)[keyof typeof NoticeKind]

/** One thing to tell the administrator, and everywhere it applies. */
export interface Notice {
  readonly kind: NoticeKind
  /** A sentence without its full stop. */
  readonly text: string
  /** Where, at least once: `targets[0].tpgs[0].attributes.default_erl`. */
  readonly paths: readonly string[]
}

/** The notices found so far: the same thing in several places is one notice. */
export class Notices implements Notes {
  readonly #notices = new Map<string, { kind: NoticeKind; text: string; paths: string[] }>()

  add(kind: NoticeKind, text: string, path: JsonPath): void {
    const key = `${kind} ${text}`
    const notice = this.#notices.get(key)
    if (notice === undefined) this.#notices.set(key, { kind, text, paths: [formatPath(path)] })
    else notice.paths.push(formatPath(path))
  }

  wrong(path: JsonPath, { wrong, right, so }: Parameters<Notes['wrong']>[1]): void {
    const text = `${subject(path)} ${wrong}; right is ${right}`
    this.add(NoticeKind.wrong, so === undefined ? text : `${text}; ${so}`, path)
  }

  unknown(path: JsonPath, key: string): void {
    this.add(NoticeKind.unknown, `the key ${key} is not known here`, [...path, key])
  }

  get found(): readonly Notice[] {
    return [...this.#notices.values()]
  }
}

/** What a sentence about this place begins with: a key, or "one of luns". */
function subject(path: JsonPath): string {
  const last = path.at(-1) ?? 'the file'
  return typeof last === 'number' ? `one of ${path.at(-2) ?? 'the file'}` : last
}
