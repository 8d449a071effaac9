import { defineConfig } from 'vitest/config'
import { unit } from '../../vitest.config.ts'
import { reporters } from '../reporters.ts'

export default defineConfig({
  ...unit,
  test: {
    ...unit.test,
    dir: 'test/clients',
    include: ['**/*.test.ts'],
    reporters: reporters('clients'),
    fileParallelism: false,
    testTimeout: 120_000,
  },
})
