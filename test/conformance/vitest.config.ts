import { defineConfig } from 'vitest/config'
import { reporters } from '../reporters.ts'

export default defineConfig({
  test: { dir: 'test/conformance', reporters: reporters('conformance'), fileParallelism: false, testTimeout: 60_000 },
})
