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

  constructor(what: string, changes: readonly DocumentChange[], right: string) {
    super(`${what}: ${inWords(changes)}; ${right}`)
    this.changes = changes
  }
}

function inWords(changes: readonly DocumentChange[]): string {
  const named = changes.slice(0, NAMED).map(change => WORDS[change.kind](change))
  const more = changes.length - named.length
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
