import { defineConfig } from 'vitest/config'
import { reporters } from '../reporters.ts'

export default defineConfig({
  test: { dir: 'test/guest', reporters: reporters('guest'), fileParallelism: false, testTimeout: 120_000 },
})
