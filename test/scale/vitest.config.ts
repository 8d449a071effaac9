import { defineConfig } from 'vitest/config'
import { unit } from '../../vitest.config.ts'
import { reporters } from '../reporters.ts'

export default defineConfig({
  ...unit,
  test: {
    ...unit.test,
    dir: 'test/scale',
    include: ['**/*.test.ts'],
    reporters: reporters('scale'),
    fileParallelism: false,
    testTimeout: 120_000,
  },
})
