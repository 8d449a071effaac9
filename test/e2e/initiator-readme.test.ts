import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createTarget, ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const initiator = join(import.meta.dirname, '../../packages/initiator')
const readme = readFileSync(join(initiator, 'README.md'), 'utf8')
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(match => match[1] as string)

describe("the initiator's README", () => {
  it('shows programs that run, and end by themselves', async () => {
    await using target = await createTarget({
      luns: [ramdisk({ sizeBytes: 64 * 1024 * 1024 })],
      name: 'iqn.2026-11.io.lunkit:demo',
    })
    const { port } = target.address
    const printed: string[] = []
    for (const example of examples) {
      const program = example.replace('port: 3260', `port: ${port}`).replace('127.0.0.1/', `127.0.0.1:${port}/`)
      const args = ['--conditions=source', '--input-type=module-typescript', '--eval', program]
      const { stdout } = await run(process.execPath, args, { cwd: initiator, timeout: 50_000 })
      printed.push(stdout)
    }
    expect(printed).toHaveLength(4)
    expect(printed[0]).toContain('READ (16): checkCondition, logicalBlockAddressOutOfRange')
    // A target that asks for no secret does not take one either.
    expect(printed[1]).toBe('the target refused us: authenticationFailure\n')
    expect(printed.slice(2)).toEqual(['', ''])
  })
})
