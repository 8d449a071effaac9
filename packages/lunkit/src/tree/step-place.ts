import type { Transaction } from './transaction.ts'

/** Where a step stands. */
export interface StepPlace {
  readonly transaction: Transaction
  /** Its number. */
  readonly at: number
}
