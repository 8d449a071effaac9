import { defineConfig } from 'vitest/config'
import { unit } from '../../vitest.config.ts'
import { reporters } from '../reporters.ts'

export default defineConfig({
  ...unit,
  test: {
    ...unit.test,
    dir: 'test/prometheus',
    include: ['**/*.test.ts'],
    reporters: reporters('prometheus'),
    // What is counted is compared with what a load generator says: nobody else has the machine meanwhile.
    fileParallelism: false,
    // A run by hand may take as long as it was told.
    testTimeout: 300_000,
  },
})
