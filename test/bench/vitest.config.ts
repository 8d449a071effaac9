import { defineConfig } from 'vitest/config'
import { unit } from '../../vitest.config.ts'
import { reporters } from '../reporters.ts'

export default defineConfig({
  ...unit,
  test: {
    ...unit.test,
    include: ['test/bench/**/*.test.ts'],
    reporters: reporters('bench'),
    fileParallelism: false,
    testTimeout: 120_000,
  },
})
