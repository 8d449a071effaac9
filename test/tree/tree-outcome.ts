import { type Applied, type Step, StepError } from 'lunkit'
import { same } from './same.ts'
import type { ModelOutcome } from './tree-model.ts'

/** A transaction, and what the model says of it. */
export interface Expected {
  readonly steps: readonly Step[]
  readonly outcome: ModelOutcome
}

/** Why a transaction is aborted. */
export const ABORTED = new Error('planted: it is to end')

/**
 * Compares how a transaction has ended, and what it has left out, with what the model says.
 * @throws {Error} unless it is the same.
 */
export function compare(
  result: PromiseSettledResult<Applied>,
  { steps, outcome }: Expected,
  leftOut: readonly Step[] = [],
): void {
  same('a transaction', told(result, steps), right(outcome))
  const numbers = leftOut.map(step => steps.indexOf(step))
  same('what is left out', numbers.toSorted(ascending), outcome.leftOut.toSorted(ascending))
}

const DONE: Applied = { flushFailures: [], waitingFor: [] }

const ascending = (one: number, other: number): number => one - other

function right({ failedAt, isAborted, notUndone }: ModelOutcome): object {
  if (isAborted) return { failed: String(ABORTED) }
  return failedAt === undefined ? { done: DONE } : { failedAt, notUndone }
}

function told(result: PromiseSettledResult<Applied>, steps: readonly Step[]): object {
  if (result.status === 'fulfilled') return { done: result.value }
  const { reason } = result
  if (!(reason instanceof StepError)) return { failed: String(reason) }
  return { failedAt: steps.indexOf(reason.step), notUndone: reason.notUndone.length }
}
