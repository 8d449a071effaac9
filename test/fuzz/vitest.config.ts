import { defineConfig } from 'vitest/config'
import { unit } from '../../vitest.config.ts'
import { reporters } from '../reporters.ts'

// The seeds are replayed in the unit run too; bugs are planted here alone.
export default defineConfig({
  ...unit,
  test: { ...unit.test, include: ['test/fuzz/**/*.test.ts'], reporters: reporters('fuzz') },
})
