import { expect, it } from 'vitest'
import { Scratch } from '../harness/scratch.ts'
import { runModel } from './model-run.ts'

const { LUNKIT_MODEL_SEED, LUNKIT_MODEL_PATH, LUNKIT_MODEL_CASES } = process.env
const cases = Number(LUNKIT_MODEL_CASES ?? 2000)
const seed = Number(LUNKIT_MODEL_SEED ?? Date.now() % 2 ** 31)

it(`explains ${cases} random cases of seed ${seed}`, async () => {
  process.stdout.write(`model: seed ${seed}\n`)
  const scratch = await Scratch.create('model')
  const path = LUNKIT_MODEL_PATH
  const done = await runModel({ cases, seed, directory: scratch.directory, ...(path !== undefined && { path }) })
  await scratch.remove()
  expect(done).toBe(cases)
})
