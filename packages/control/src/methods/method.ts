import type * as z from 'zod'
import { FaultKind } from '../control-fault.ts'
import type { Route } from './routes.ts'

/** One method of the daemon, declared once: server, client, checks and the OpenAPI document come from it. */
export interface Method<I extends z.ZodType = z.ZodType, A extends z.ZodType = z.ZodType> extends Route {
  /** In a line. */
  readonly meaning: string
  /** What it takes; `{ document }` is a body that is a document. */
  readonly input: I
  /** What it answers; of `events` what each event is. */
  readonly answer: A
  /** The errors of its own, beside those that any method may end with. */
  readonly errors: readonly FaultKind[]
}

/** The errors that any method may end with. */
export const EVERY_METHOD: readonly FaultKind[] = [
  FaultKind.usage,
  FaultKind.unauthenticated,
  FaultKind.unauthorised,
  FaultKind.busy,
  FaultKind.failed,
]

/** A row of the table of methods. */
export function method<I extends z.ZodType, A extends z.ZodType>(
  route: Route,
  row: Omit<Method<I, A>, keyof Route>,
): Method<I, A> {
  return { ...route, ...row }
}
