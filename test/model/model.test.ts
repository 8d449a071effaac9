import { expect, it } from 'vitest'
import { Scratch } from '../harness/scratch.ts'
import { runModel } from './model-run.ts'

const { LUNKIT_MODEL_SEED, LUNKIT_MODEL_PATH, LUNKIT_MODEL_CASES } = process.env
const cases = Number(LUNKIT_MODEL_CASES ?? 2000)
/** When nobody says how many: a machine that is too busy for all cases in this time still has to do enough of them. */
const TIME_LIMIT_MS = 150_000
const ENOUGH = 1000
const isAsked = LUNKIT_MODEL_CASES !== undefined || LUNKIT_MODEL_PATH !== undefined
const seed = Number(LUNKIT_MODEL_SEED ?? Date.now() % 2 ** 31)

it(`explains random cases of seed ${seed}, ${cases} at most`, async () => {
  process.stdout.write(`model: seed ${seed}\n`)
  const scratch = await Scratch.create('model')
  const path = LUNKIT_MODEL_PATH
  const from = { ...(!isAsked && { timeLimitMs: TIME_LIMIT_MS }), ...(path !== undefined && { path }) }
  const done = await runModel({ cases, seed, directory: scratch.directory, ...from })
  process.stdout.write(`model: ${done} cases\n`)
  await scratch.remove()
  expect(done).toBeGreaterThanOrEqual(isAsked ? 1 : ENOUGH)
})
