import type { Json, JsonObject } from '@lunkit/config'
import { Draft } from './draft.ts'
import { readSection, type SectionFormat } from './section-format.ts'
import type { Drafted, StateWriter } from './state-writer.ts'

/** A part of the state with a schema of its own. What it answers is on stable storage; what is changed is so when that is told. */
export class Section<E extends JsonObject> implements Drafted {
  readonly format: SectionFormat<E>
  /** What is wrong with it as it was read; what is understood of it holds. */
  readonly damage: string | undefined
  readonly #entries: Map<string, E>
  readonly #writer: StateWriter
  #draft: Draft<E> | undefined

  constructor(format: SectionFormat<E>, stored: Json | undefined, writer: StateWriter) {
    const { entries, damage } = readSection(format, stored)
    this.format = format
    this.damage = damage
    this.#entries = entries
    this.#writer = writer
    writer.join(this)
  }

  get(key: string): E | undefined {
    return this.#entries.get(key)
  }

  values(): IterableIterator<E> {
    return this.#entries.values()
  }

  /** Takes entries that are on stable storage elsewhere, but for those that it has. */
  adopt(entries: readonly E[]): void {
    for (const entry of entries) {
      const key = this.format.keyOf(entry)
      if (!this.#entries.has(key)) this.#entries.set(key, entry)
    }
  }

  /**
   * Changes entries, all or nothing: when this resolves the change is on stable storage, when it rejects nothing of it is there.
   * What was written together with it is there or not there with it. The change is made when it is its turn, on all that were
   * asked for before; it may be asked for more than once, and only changes what it is given.
   * @throws the error of the change, or {StateUnusable} when it cannot be written. Nobody tries it again.
   */
  update<R>(change: (draft: Draft<E>) => R): Promise<R> {
    const { promise, resolve, reject } = Promise.withResolvers<R>()
    let answer: () => void = () => {}
    const draft = () => {
      const own = new Draft(this.#drafted())
      try {
        const result = change(own)
        answer = () => resolve(result)
      } catch (error) {
        answer = () => reject(error)
        return false
      }
      own.mergeInto(this.#drafted())
      return own.isChanged
    }
    this.#writer.add({ draft, done: () => answer(), failed: reject })
    return promise
  }

  commit(): void {
    this.#draft?.mergeInto(this.#entries)
    this.#draft = undefined
  }

  discard(): void {
    this.#draft = undefined
  }

  /** As it is written, with what is drafted; undefined while there is nothing in it. */
  get stored(): Json | undefined {
    const entries = [...(this.#draft ?? this.#entries).values()]
    return entries.length === 0 ? undefined : { version: this.format.version, entries }
  }

  #drafted(): Draft<E> {
    this.#draft ??= new Draft(this.#entries)
    return this.#draft
  }
}
