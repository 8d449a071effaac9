import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeLunkitd } from './testing/fake-lunkitd.ts'

const packageDirectory = join(import.meta.dirname, '..')
const launcher = join(packageDirectory, 'bin/lunkit-exporter.js')
const fixtures = fileURLToPath(new URL('../../../test/fixtures/tls/', import.meta.url))
/** Of the password carol123. */
const HASH = '$2y$10$qRTBuFoULoYNA7AQ/F3ck.trZBPyjV64.oA4ZsSBCIWvXuvQlQTuu'
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

describe('the program with a web configuration', () => {
  it('serves by TLS who has a password, and looks at the file again', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lunkit-exporter-web-'))
    const web = join(directory, 'web.yml')
    const tls = `tls_server_config: { cert_file: ${fixtures}server.pem, key_file: ${fixtures}server.key }\n`
    await writeFile(web, `${tls}basic_auth_users: { carol: ${HASH} }`)
    const child = spawn(launcher, ['--listen', 'localhost:0', '--control', lunkitd.path, '--web.config.file', web])
    const [printed] = (await once(child.stdout, 'data')) as [Buffer]
    const url = printed.toString().trim()
    const curl = async (user: string): Promise<string> => {
      const args = ['--silent', '--cacert', `${fixtures}ca.pem`, '--user', user, '--write-out', '%{http_code}', url]
      return (await promisify(execFile)('curl', args)).stdout
    }
    expect(url).toMatch(/^https:/)
    expect(await curl('carol:carol123')).toMatch(/\nlunkit_up 1\n[^]*\n200$/)
    expect(await curl('carol:wrong')).toBe('Unauthorized\n401')
    await writeFile(web, `${tls}basic_auth_users: { dave: ${HASH} }`)
    expect(await curl('carol:carol123')).toBe('Unauthorized\n401')
    child.kill('SIGTERM')
    await once(child, 'close')
    await rm(directory, { recursive: true })
  })

  it('ends with 1 where that cannot be used, and says what is right', async () => {
    expect(
      await runs(['--listen', '127.0.0.1:0', '--web.config.file', join(packageDirectory, 'package.json')]),
    ).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^lunkit-exporter: \S+package\.json: there is no name; right is tls_server_config, /),
    })
  })
})
