import { defineConfig } from 'vitest/config'
import { reporters } from './test/reporters.ts'

// Workspace packages are imported by name and resolve to their sources, so that tests never need a build.
const conditions = ['source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      '{packages,apps}/*/src/**/*.test.ts',
      'test/{e2e,harness,totals,tree}/**/*.test.ts',
      'test/fuzz/seeds.test.ts',
      'scripts/**/*.test.ts',
    ],
    // Worker threads that a test starts read the sources too.
    execArgv: ['--conditions=source'],
    allowOnly: false,
    // Against a test that hangs, not to measure: other work may have the machine, and property tests take what they take.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: reporters('unit'),
  },
})
