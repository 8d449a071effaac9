import { type DocumentChange, DocumentChangeKind } from '@lunkit/config'

/** As many are named in a message; the rest is counted. */
const NAMED = 10

const WORDS: Readonly<Record<DocumentChangeKind, (change: DocumentChange) => string>> = {
  [DocumentChangeKind.added]: ({ path }) => `${path} is new`,
  [DocumentChangeKind.removed]: ({ path }) => `${path} is gone`,
  [DocumentChangeKind.changed]: ({ path, keys }) => (keys.length === 0 ? path : `${path} (${keys.join(', ')})`),
}

/** What was asked for would lose changes that somebody has made; they are named. Nothing was done. */
export class LostChanges extends Error {
  override readonly name = 'LostChanges'
  readonly changes: readonly DocumentChange[]
  /** What would be lost, and where. */
  readonly what: string
  /** What to do. */
  readonly right: string

  constructor(what: string, changes: readonly DocumentChange[], right: string) {
    const wrong = `${what}: ${inWords(changes)}`
    super(`${wrong}; ${right}`)
    this.changes = changes
    this.what = wrong
    this.right = right
  }
}

/** Changes of a configuration in words; many are named in part, and counted. */
export function inWords(changes: readonly DocumentChange[]): string {
  const named = changes.slice(0, NAMED).map(change => WORDS[change.kind](change))
  const more = changes.length - named.length
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
