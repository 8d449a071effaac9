import type { FaultDescription, FaultKind } from '../control-fault.ts'
import type { Caller } from '../control-service.ts'
import type { Access, MethodName } from '../methods/routes.ts'

/** Who asked what, and what came of it. There is no secret in it. */
export interface AuditRecord {
  readonly at: Date
  /** Undefined where nobody can tell. */
  readonly peer: Caller['peer']
  readonly method: MethodName
  readonly access: Access
  /** What it was given, secrets and documents left out; what is no JSON is undefined. */
  readonly asked: unknown
  readonly outcome: 'done' | FaultKind
  /** Where it was not done. */
  readonly fault: FaultDescription | undefined
  readonly durationMs: number
}

/** What a control server tells its daemon. */
export type ControlNotice =
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'audit'; readonly record: AuditRecord }
  /**
   * The service threw what is no refusal, or answered what the table does not have: a bug. Without a method it was another function
   * that the server was given.
   */
  | { readonly kind: 'failure'; readonly method: MethodName | undefined; readonly error: unknown }
  /** A client did not take its events in time, and was dropped. */
  | { readonly kind: 'dropped'; readonly peer: Caller['peer']; readonly missed: number }
