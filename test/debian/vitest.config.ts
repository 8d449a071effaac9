import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { reporters } from '../reporters.ts'

// Workspace packages are imported by name and resolve to their sources, so that tests never need a build.
const conditions = ['source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    dir: 'test/debian',
    execArgv: ['--conditions=source'],
    reporters: reporters('debian'),
    globalSetup: fileURLToPath(new URL('./built-package.ts', import.meta.url)),
    fileParallelism: false,
    allowOnly: false,
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
})
