import { type Applied, type Step, StepError } from 'lunkit'
import { same } from './same.ts'
import type { ModelOutcome } from './tree-model.ts'

/** A transaction, and what the model says of it. */
export interface Expected {
  readonly steps: readonly Step[]
  readonly outcome: ModelOutcome
}

/** @throws {Error} unless a transaction has ended as the model says. */
export function compare(result: PromiseSettledResult<Applied>, { steps, outcome }: Expected): void {
  const { failedAt, notUndone } = outcome
  const right = failedAt === undefined ? { done: DONE } : { failedAt, notUndone }
  same('a transaction', told(result, steps), right)
}

const DONE: Applied = { flushFailures: [], waitingFor: [] }

function told(result: PromiseSettledResult<Applied>, steps: readonly Step[]): object {
  if (result.status === 'fulfilled') return { done: result.value }
  const { reason } = result
  if (!(reason instanceof StepError)) return { failed: String(reason) }
  return { failedAt: steps.indexOf(reason.step), notUndone: reason.notUndone.length }
}
