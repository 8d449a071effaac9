import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type CaseTransaction, TreeCases } from './tree-case.ts'

const { LUNKIT_TREE_CASES, LUNKIT_TREE_SEED, LUNKIT_TREE_PATH } = process.env
const CASES = Number(LUNKIT_TREE_CASES ?? 3)
const SEED = Number(LUNKIT_TREE_SEED ?? Date.now() % 2 ** 31)
const LONGEST_CASE = 8
const MS_A_CASE = 20_000

const onceIn = (times: number): fc.Arbitrary<boolean> => fc.integer({ min: 1, max: times }).map(number => number === 1)

const transaction: fc.Arbitrary<CaseTransaction> = fc.record({
  seed: fc.integer(),
  count: fc.integer({ min: 1, max: 8 }),
  wrong: fc.boolean(),
  crowded: onceIn(5),
  leavesOut: onceIn(4),
  abortsAt: fc.integer({ min: 0, max: 15 }).map(number => (number < 4 ? number : undefined)),
})

it('is what a model of the tree says, as initiators see it, whatever is done to it, and what fails leaves no trace', {
  timeout: 60_000 + CASES * MS_A_CASE,
}, async () => {
  let cases: TreeCases | undefined
  const property = fc.asyncProperty(
    fc.array(transaction, { minLength: 1, maxLength: LONGEST_CASE, size: 'max' }),
    fc.boolean(),
    async (transactions, overlap) => {
      cases ??= await TreeCases.start()
      try {
        await cases.run(transactions, overlap)
      } catch (error) {
        // What is left of a server that did wrong tells nothing any more.
        await cases[Symbol.asyncDispose]().catch(() => undefined)
        cases = undefined
        throw error
      }
    },
  )
  const path = LUNKIT_TREE_PATH === undefined ? {} : { path: LUNKIT_TREE_PATH }
  const details = await fc.check(property, { numRuns: CASES, seed: SEED, endOnFailure: true, ...path })
  await cases?.[Symbol.asyncDispose]()
  const again = `LUNKIT_TREE_SEED=${details.seed} LUNKIT_TREE_PATH=${details.counterexamplePath}`
  expect(details.failed ? `${String(details.errorInstance)}\nAgain: ${again}` : 'as the model says').toBe(
    'as the model says',
  )
})
