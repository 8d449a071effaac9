import { defineConfig } from 'vitest/config'
import { reporters } from '../reporters.ts'

export default defineConfig({
  test: { dir: 'test/abuse', reporters: reporters('abuse'), fileParallelism: false, testTimeout: 120_000 },
})
