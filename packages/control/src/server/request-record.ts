import { ControlFault, FaultKind } from '../control-fault.ts'
import type { Caller } from '../control-service.ts'
import type { Method } from '../methods/method.ts'
import { Body, type MethodName } from '../methods/routes.ts'
import type { AuditRecord } from './control-notice.ts'
import { STARS, withoutSecrets, withoutValues } from './secrets.ts'

/** One call of a method, for the audit log. */
export class RequestRecord {
  readonly #at = new Date()
  readonly #startedMs = performance.now()
  readonly #name: MethodName
  readonly #method: Method
  readonly #peer: Caller['peer']
  #asked: unknown

  constructor(name: MethodName, method: Method, peer: Caller['peer']) {
    this.#name = name
    this.#method = method
    this.#peer = peer
  }

  /** Notes what it was given: a document is as good as a secret. */
  asks(input: unknown): void {
    const { takes } = this.#method
    this.#asked = takes === Body.document ? { document: STARS } : withoutSecrets(input, () => STARS)
  }

  /** What came of it. */
  end(outcome: 'done' | ControlFault): AuditRecord {
    const fault = outcome instanceof ControlFault ? outcome.toJSON() : undefined
    return {
      at: this.#at,
      peer: this.#peer,
      method: this.#name,
      access: this.#method.access,
      // What is not as the table has it may be a secret by any name.
      asked: fault?.kind === FaultKind.usage ? withoutValues(this.#asked) : this.#asked,
      outcome: fault?.kind ?? 'done',
      fault,
      durationMs: performance.now() - this.#startedMs,
    }
  }
}
