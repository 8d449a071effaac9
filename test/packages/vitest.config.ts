import { defineConfig } from 'vitest/config'
import { reporters } from '../reporters.ts'

// Nothing here comes from the sources: what is packed is installed and used as a stranger would.
export default defineConfig({
  test: {
    dir: 'test/packages',
    reporters: reporters('packages'),
    fileParallelism: false,
    allowOnly: false,
    testTimeout: 60_000,
    hookTimeout: 400_000,
  },
})
