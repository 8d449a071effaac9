import { defineConfig } from 'vitest/config'
import { reporters } from '../reporters.ts'

export default defineConfig({
  test: { dir: 'test/qemu', reporters: reporters('qemu'), fileParallelism: false, testTimeout: 120_000 },
})
