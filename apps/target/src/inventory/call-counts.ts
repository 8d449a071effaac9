import type { AuditRecord } from '@lunkit/control'

/** How often methods of the control API were called, by what came of them. */
export class CallCounts {
  readonly #counts = new Map<string, number>()

  /** One was called. */
  count({ method, outcome }: Pick<AuditRecord, 'method' | 'outcome'>): void {
    const key = `${method} ${outcome}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  /** How often it came to that. */
  of(method: string, outcome: AuditRecord['outcome']): number {
    return this.#counts.get(`${method} ${outcome}`) ?? 0
  }
}
