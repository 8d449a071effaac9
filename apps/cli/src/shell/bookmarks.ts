import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Refusal } from '../refusal.ts'

/** Names that a user has given to paths, kept in a file of theirs; `last` is the newest node, as long as the program runs. */
export class Bookmarks {
  readonly #file: string | undefined
  #last: string | undefined

  /** `file` undefined: none is kept. */
  constructor(file: string | undefined) {
    this.#file = file
  }

  /** A node was made. */
  made(path: string): void {
    this.#last = path
  }

  /** Every name with its path. */
  async all(): Promise<ReadonlyMap<string, string>> {
    const kept = await this.#kept()
    return new Map([...Object.entries(kept), ...(this.#last === undefined ? [] : [['last', this.#last] as const])])
  }

  /** The path of a name. @throws {Refusal} where there is none. */
  async pathOf(name: string): Promise<string> {
    const path = (await this.all()).get(name)
    if (path !== undefined) return path
    const names = [...(await this.all()).keys()]
    const right =
      names.length === 0 ? 'There is none yet; right is bookmarks add NAME.' : `Right is one of ${names.join(', ')}.`
    throw new Refusal(`No such bookmark ${name}`, { explanation: right })
  }

  /** Names a path. @throws {Refusal} for a name that has one. */
  async add(name: string, path: string): Promise<void> {
    const kept = await this.#kept()
    if (Object.hasOwn(kept, name)) throw new Refusal(`Bookmark ${name} already exists.`)
    await this.#keep({ ...kept, [name]: path })
  }

  /** Forgets a name. @throws {Refusal} where there is none. */
  async delete(name: string): Promise<void> {
    const kept = new Map(Object.entries(await this.#kept()))
    if (!kept.delete(name)) throw new Refusal(`No such bookmark ${name}.`)
    await this.#keep(Object.fromEntries(kept))
  }

  async #kept(): Promise<Readonly<Record<string, string>>> {
    try {
      return JSON.parse(await readFile(this.#file ?? '', 'utf8')) as Readonly<Record<string, string>>
    } catch {
      // None yet, or not ours to read: then there are none.
      return {}
    }
  }

  async #keep(bookmarks: Readonly<Record<string, string>>): Promise<void> {
    if (this.#file === undefined) return
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 })
    await writeFile(this.#file, `${JSON.stringify(bookmarks, null, 2)}\n`, { mode: 0o600 })
  }
}
