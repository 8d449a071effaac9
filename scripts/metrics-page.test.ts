import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const script = fileURLToPath(new URL('./metrics-page.ts', import.meta.url))

it('docs/metrics.md is what the declarations make', async () => {
  const checked = promisify(execFile)(process.execPath, ['--conditions=source', script, '--check'])
  await expect(checked).resolves.toEqual({ stdout: '', stderr: '' })
})
