import { defineConfig } from 'vitest/config'
import { reporters } from '../reporters.ts'

export default defineConfig({
  test: { dir: 'test/source-rules', reporters: reporters('source-rules'), testTimeout: 60_000 },
})
