import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, vi } from 'vitest'

// Each test starts a process, which takes its time where others use the machine too.
vi.setConfig({ testTimeout: 60_000 })

const run = promisify(execFile)
const packageDirectory = dirname(dirname(fileURLToPath(import.meta.url)))
const readme = readFileSync(`${packageDirectory}/README.md`, 'utf8')
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(match => match[1] as string)

/** Runs a program as a stranger's: by the package's name, in a process that ends by itself. */
async function execute(program: string): Promise<string> {
  const args = ['--conditions=source', '--input-type=module-typescript', '--eval', program]
  const { stdout } = await run(process.execPath, args, { cwd: packageDirectory, timeout: 50_000 })
  return stdout
}

describe('the README', () => {
  it('shows a target, an initiator and a disk in a program that prints what it wrote', async () => {
    expect(await execute(examples[0] ?? '')).toBe('Hello, block 0.\n')
  })

  it('shows a disk that is read-only, by its URL, and what a write is told', async () => {
    expect(await execute(examples[1] ?? '')).toBe('checkCondition writeProtected\n')
  })

  it('shows a target that changes while it serves', async () => {
    expect(await execute(examples[2] ?? '')).toBe('[ 0, 1 ] 16384\n0\n')
  })

  it('shows options that a disk takes', async () => {
    expect(await execute(examples[3] ?? '')).toBe('')
    expect(examples).toHaveLength(4)
  })
})
