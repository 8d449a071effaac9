import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { reporters } from './test/reporters.ts'
import { sideBySide } from './test/side-by-side.ts'

// Workspace packages are imported by name and resolve to their sources, so that tests never need a build.
const conditions = ['source', 'module', 'node', 'development|production']

/** What suites have in common that run from the sources. */
export const unit: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // Worker threads that a test starts read the sources too.
    execArgv: ['--conditions=source'],
    allowOnly: false,
    // Against a test that hangs, not to measure: other work may have the machine, and property tests take what they take.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: reporters('unit'),
  },
}

const files = [
  '{packages,apps}/*/src/**/*.test.ts',
  'test/{e2e,harness,totals,tree}/**/*.test.ts',
  'test/fuzz/seeds.test.ts',
  'scripts/**/*.test.ts',
]
// These measure times and rates.
const alone = ['packages/target/src/login/failed-login-time.test.ts', 'apps/target/src/live/limits.test.ts']

export default defineConfig({ ...unit, test: { ...unit.test, projects: sideBySide(files, alone) } })
