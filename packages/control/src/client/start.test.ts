import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)

it('a client is loaded without what only a browser needs', async () => {
  const program = `
    await import('@lunkit/control/client')
    const loaded = process.moduleLoadList
    console.log(loaded.filter(name => name.includes('undici')).join(' '))`
  const args = ['--conditions=source', '--input-type=module', '--eval', program]
  const { stdout } = await run(process.execPath, args, { cwd: import.meta.dirname, timeout: 60_000 })
  expect(stdout).toBe('\n')
})
