import { defineConfig } from 'vitest/config'
import { unit } from '../../vitest.config.ts'
import { reporters } from '../reporters.ts'

export default defineConfig({
  ...unit,
  test: { dir: 'test/abuse', reporters: reporters('abuse'), fileParallelism: false, testTimeout: 240_000 },
})
