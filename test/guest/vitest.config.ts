import { defineConfig } from 'vitest/config'
import { reporters } from '../reporters.ts'

// Workspace packages are imported by name and resolve to their sources, so that tests never need a build.
const conditions = ['source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    dir: 'test/guest',
    execArgv: ['--conditions=source'],
    reporters: reporters('guest'),
    fileParallelism: false,
    testTimeout: 120_000,
  },
})
