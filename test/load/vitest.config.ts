import { defineConfig } from 'vitest/config'
import { reporters } from '../reporters.ts'

export default defineConfig({
  test: { dir: 'test/load', reporters: reporters('load'), fileParallelism: false, testTimeout: 120_000 },
})
