import { Access, type AuditRecord, FaultKind, methods } from '@lunkit/control'

/** How often a method was called that came to a result. */
interface CountedCalls {
  readonly method: string
  readonly result: string
  readonly calls: number
}

const RESULTS: readonly AuditRecord['outcome'][] = ['done', ...Object.values(FaultKind)]
const CHANGING = Object.entries(methods).flatMap(([name, { access }]) => (access === Access.changes ? [name] : []))

/** How often each method was called that changes something, by what came of it. */
export class CallCounts {
  readonly #counts = new Map<string, number>()

  /** One was called. */
  count({ method, outcome }: Pick<AuditRecord, 'method' | 'outcome'>): void {
    const key = `${method} ${outcome}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  /** All of them, those that nobody has called too. */
  get all(): readonly CountedCalls[] {
    return CHANGING.flatMap(method =>
      RESULTS.map(result => ({ method, result, calls: this.#counts.get(`${method} ${result}`) ?? 0 })),
    )
  }
}
