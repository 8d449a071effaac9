import { defineConfig } from 'vitest/config'
import unit from '../../vitest.config.ts'
import { reporters } from '../reporters.ts'

// Each test starts a lunkitd, and some wait for deadlines of its own.
export default defineConfig({
  ...unit,
  test: {
    dir: 'test/faults',
    execArgv: ['--conditions=source'],
    allowOnly: false,
    reporters: reporters('faults'),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
