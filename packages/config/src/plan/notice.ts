import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'

/** What becomes of a part of a configuration that is not simply served. */
export const NoticeKind = {
  /** lunkit does not do this yet, or not so; it stays in the file. What is served is served without it. */
  kept: 'kept',
  /** It restricts access or protects data in a way that is not built yet: what it stands on is not served at all. */
  refused: 'refused',
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
export class Notices {
  readonly #notices = new Map<string, { kind: NoticeKind; text: string; paths: string[] }>()

  add(kind: NoticeKind, text: string, path: JsonPath): void {
    const key = `${kind} ${text}`
    const notice = this.#notices.get(key)
    if (notice === undefined) this.#notices.set(key, { kind, text, paths: [formatPath(path)] })
    else notice.paths.push(formatPath(path))
  }

  get found(): readonly Notice[] {
    return [...this.#notices.values()]
  }
}
