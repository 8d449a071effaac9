import type { JsonPath } from '../json/path.ts'
import type { Notes } from '../schema/kind.ts'

/** Passes notes on and remembers the first thing that was wrong, for what it is the reason of. */
export class NoteWitness implements Notes {
  readonly #notes: Notes
  #why: string | undefined

  constructor(notes: Notes) {
    this.#notes = notes
  }

  /** In words: "dev is missing". */
  get why(): string {
    return this.#why ?? 'it cannot be read'
  }

  wrong(path: JsonPath, found: Parameters<Notes['wrong']>[1]): void {
    if (found.so !== 'it is ignored') this.#why ??= `${path.at(-1)} ${found.wrong}`
    this.#notes.wrong(path, found)
  }

  unknown(path: JsonPath, key: string): void {
    this.#notes.unknown(path, key)
  }
}
