import { defineConfig } from 'vitest/config'

// Workspace packages are imported by name and resolve to their sources, so that tests never need a build.
const conditions = ['source', 'module', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts'],
    execArgv: ['--conditions=source'],
    allowOnly: false,
    passWithNoTests: true,
  },
})
