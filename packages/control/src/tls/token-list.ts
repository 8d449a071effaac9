import { timingSafeEqual } from 'node:crypto'
import { hashOf, readTokenLine, type TokenEntry } from './token-line.ts'

/** No more: each is compared with what a stranger shows. */
const MOST = 256

/** The tokens that are known, by their hashes. */
export class TokenList {
  readonly #entries: readonly TokenEntry[]

  private constructor(entries: readonly TokenEntry[]) {
    this.#entries = entries
  }

  /** Reads a file of tokens: a line each, but for blank ones and those that begin with #. A text says what is wrong with it. */
  static read(file: string): TokenList | string {
    const entries: TokenEntry[] = []
    for (const [at, line] of file.split('\n').entries()) {
      if (/^\s*(#|$)/.test(line)) continue
      const entry = readTokenLine(line)
      const wrong = typeof entry === 'string' ? entry : wrongBeside(entry, entries)
      if (wrong !== undefined) return `line ${at + 1} ${wrong}`
      entries.push(entry as TokenEntry)
    }
    if (entries.length === 0) return 'has no token; lunkit token NAME read-only or admin makes one'
    if (entries.length > MOST) return `has ${entries.length} tokens; right is ${MOST} at the most`
    return new TokenList(entries)
  }

  /** Whose a token is; undefined: nobody's. It takes as long whichever it is, and whether it is one. */
  find(token: string): TokenEntry | undefined {
    const hash = hashOf(token)
    let found: TokenEntry | undefined
    for (const entry of this.#entries) if (timingSafeEqual(entry.hash, hash)) found = entry
    return found
  }

  /** Whether it is still there, and may still do the same. */
  has({ name, role, hash }: TokenEntry): boolean {
    return this.#entries.some(each => each.name === name && each.role === role && each.hash.equals(hash))
  }
}

function wrongBeside(entry: TokenEntry, others: readonly TokenEntry[]): string | undefined {
  if (others.some(({ name }) => name === entry.name)) return `has the name ${entry.name}, which a line before has`
  return others.some(({ hash }) => hash.equals(entry.hash)) ? 'has the token of a line before' : undefined
}
