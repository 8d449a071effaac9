import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeLunkitd } from './testing/fake-lunkitd.ts'

const packageDirectory = join(import.meta.dirname, '..')
const launcher = join(packageDirectory, 'bin/lunkit-exporter.js')
const readme = readFileSync(join(packageDirectory, 'README.md'), 'utf8')

let lunkitd: FakeLunkitd
beforeAll(async () => {
  lunkitd = await FakeLunkitd.open()
})
afterAll(() => lunkitd[Symbol.asyncDispose]())

/** Runs the program until it ends by itself. */
async function runs(args: readonly string[]) {
  const child = spawn(launcher, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await ended) as [number]
  return { out, err, code }
}

describe('the program', () => {
  it('prints where its metrics are, serves them as the README shows, and ends by SIGTERM with 0', async () => {
    const child = spawn(launcher, ['--listen', '127.0.0.1:0', '--control', lunkitd.path])
    const [printed] = (await once(child.stdout, 'data')) as [Buffer]
    const [, curl = ''] = /```sh\n.*\n(curl .*)\n```/.exec(readme) ?? []
    const command = curl.replace('http://127.0.0.1:9927/metrics', printed.toString().trim())
    const { stdout } = await promisify(execFile)('sh', ['-c', command])
    expect(stdout).toBe(/prints\n\n```\n(.*?)```/s.exec(readme)?.[1])
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([0, null])
  })

  it('says how it is used, and which version it is', async () => {
    expect(await runs(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--listen HOST:PORT') })
    expect(await runs(['--version'])).toEqual({
      code: 0,
      out: expect.stringMatching(/^lunkit-exporter \d+\.\d+\.\d+\n$/),
      err: '',
    })
  })

  it('ends with 2 for a command line that is none, and with 1 where it cannot listen', async () => {
    expect(await runs(['--frob'])).toMatchObject({ code: 2, err: expect.stringContaining("Unknown option '--frob'") })
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { readonly port: number }
    const { code, err } = await runs(['--listen', `127.0.0.1:${port}`, '--control', lunkitd.path])
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`cannot listen at 127.0.0.1:${port}`) })
    taken.close()
  })
})
