import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from './testing/cli-bench.ts'

const run = promisify(execFile)
const packageDirectory = join(import.meta.dirname, '..')
const launcher = join(packageDirectory, 'bin/lunkit.js')
const readme = readFileSync(join(packageDirectory, 'README.md'), 'utf8')

let bench: CliBench
let environment: NodeJS.ProcessEnv
beforeAll(async () => {
  bench = await CliBench.open()
  environment = { ...process.env, LUNKIT_CONTROL: bench.path('control.sock'), XDG_CACHE_HOME: bench.path('cache') }
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

/** Runs the program as a shell does, with lines on its stdin. */
async function runs(program: string, args: readonly string[], input = '') {
  const child = spawn(program, args, { env: environment })
  child.stdin.end(input)
  const ended = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await ended) as [number]
  return { out, err, code }
}

describe('the program', () => {
  it('does what the README shows, and says what the README says', async () => {
    const [, commands = ''] = /```sh\n(.*?)```/s.exec(readme) ?? []
    const shell = commands.replaceAll(/^lunkit /gm, `${launcher} `)
    const { stdout } = await run('sh', ['-e', '-c', shell], { env: environment })
    expect(stdout).toBe(/says\n\n```\n(.*?)```/s.exec(readme)?.[1])
  })

  it('ends with 3 where no daemon is, and with the code of what it was asked', async () => {
    expect((await runs(launcher, ['--control', bench.path('none'), 'ls'])).code).toBe(3)
    expect((await runs(launcher, ['frob'])).code).toBe(2)
    expect((await runs(launcher, ['/nosuch', 'ls'])).code).toBe(1)
  })

  it('takes a script on its stdin', async () => {
    const { out, code } = await runs(launcher, [], 'cd /backstores/ramdisk\ncreate rd0 1M\nls\n')
    expect(out.split('\n').slice(0, 3)).toEqual([
      'Created ramdisk rd0 with size 1M.',
      `o- ramdisk ${'.'.repeat(100)} [Storage Objects: 1]`,
      `  o- rd0 ${'.'.repeat(100)} [(1.0MiB) deactivated]`,
    ])
    expect(code).toBe(0)
  })

  it('is targetcli under that name, and says so by the path that it was called by', async () => {
    const targetcli = bench.path('targetcli')
    symlinkSync(launcher, targetcli)
    expect(await runs(targetcli, ['--version'])).toEqual({ out: '', err: `${targetcli} version 2.1.53\n`, code: 0 })
    expect((await runs(targetcli, ['frob'])).code).toBe(1)
  })
})
