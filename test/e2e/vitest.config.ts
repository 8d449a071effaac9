import { defineConfig } from 'vitest/config'
import { unit } from '../../vitest.config.ts'
import { reporters } from '../reporters.ts'

// The unit run has this suite in it; here it runs alone.
export default defineConfig({
  ...unit,
  test: { ...unit.test, include: ['test/e2e/**/*.test.ts'], reporters: reporters('e2e') },
})
