import { defineConfig } from 'vitest/config'
import { unit } from '../../vitest.config.ts'
import { reporters } from '../reporters.ts'
import { sideBySide } from '../side-by-side.ts'

// These say how soon something is found or answered; the first makes a loop device again under the number that it had.
const alone = ['**/block-gone.test.ts', '**/hung-store.test.ts', '**/standstill.test.ts']

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
    projects: sideBySide(['**/*.test.ts'], alone),
  },
})
