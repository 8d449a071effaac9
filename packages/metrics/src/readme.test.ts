import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const packageDirectory = join(import.meta.dirname, '..')
const readme = readFileSync(join(packageDirectory, 'README.md'), 'utf8')

describe('the README', () => {
  it('shows a program that prints what the README says, and ends', async () => {
    const program = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
    const args = ['--conditions=source', '--input-type=module-typescript', '--eval', program]
    const { stdout } = await run(process.execPath, args, { cwd: packageDirectory, timeout: 20_000 })
    expect(stdout).toBe(/prints\n\n```\n(.*?)```/s.exec(readme)?.[1])
  })
})
