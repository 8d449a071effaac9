import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { Scratch } from '../harness/scratch.ts'
import { PlantedSecrets } from './harness/planted-secrets.ts'

const launcher = fileURLToPath(new URL('../../apps/cli/bin/lunkit.js', import.meta.url))
const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url))

let scratch: Scratch
let daemon: Daemon
/** Planted, and to be found in nothing that lunkit says. */
const secrets = new PlantedSecrets()
const said: string[] = []
let url = ''
const tokens: string[] = []
beforeAll(async () => {
  scratch = await Scratch.create('cli-by-tls')
  const lines: string[] = []
  for (const [name, role] of [
    ['boss', 'admin'] as const,
    ['reader', 'read-only'] as const,
    ['lost', 'admin'] as const,
  ]) {
    const { out } = await lunkit(['--json', 'token', name, role])
    const made = JSON.parse(out[0] ?? '') as { readonly token: string; readonly line: string }
    await writeFile(scratch.path(name), `${made.token}\n`, { mode: 0o600 })
    tokens.push(made.token)
    lines.push(made.line)
  }
  await writeFile(scratch.path('tokens'), `${lines.slice(0, 2).join('\n')}\n`, { mode: 0o600 })
  await copyFile(fixture('server.key'), scratch.path('server.key'))
  const stores = [{ plugin: 'ramdisk', name: 'first', sizeBytes: 1024 * 1024 }] as const
  const files = ['--control-key', scratch.path('server.key'), '--control-tokens', scratch.path('tokens')]
  const first = { iqn: 'iqn.2026-11.com.example:first', stores, credentials: secrets.credentials() }
  daemon = await Daemon.start(first, scratch.directory, {
    args: ['--control-tls', '127.0.0.1:0', '--control-certificate', fixture('server.pem'), ...files],
  })
  const listening = daemon.records.find(record => record['controlTls'] !== undefined)
  url = `https://${String(listening?.['controlTls'])}`
})
afterAll(async () => {
  await daemon.stop()
  await scratch.remove()
  secrets.checkUntold(said)
})

/** Runs lunkit as an administrator on another machine does. */
async function lunkit(args: readonly string[], environment: NodeJS.ProcessEnv = {}, input = '') {
  const { LUNKIT_CONTROL: _, ...inherited } = process.env
  const child = spawn(launcher, args, {
    env: { ...inherited, XDG_CACHE_HOME: scratch.path('cache'), XDG_STATE_HOME: scratch.path('home'), ...environment },
  })
  child.stdin.end(input)
  const closed = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await closed) as [number]
  said.push(out, err)
  return { out: out.split('\n').slice(0, -1), err: err.split('\n').slice(0, -1), code }
}

const as = (holder: string): readonly string[] => [
  ...['--control', url, '--ca', fixture('ca.pem'), '--token-file', scratch.path(holder)],
]

describe('lunkit on another machine', () => {
  it('changes what is served by a token for all', async () => {
    const { out, err, code } = await lunkit([...as('boss'), '/backstores/ramdisk', 'create', 'rd0', '1M'])
    expect({ out, err, code }).toEqual({ out: ['Created ramdisk rd0 with size 1M.'], err: [], code: 0 })
  })

  it('finds all of it in its environment, and runs scripts', async () => {
    const environment = { LUNKIT_CONTROL: url, LUNKIT_CA: fixture('ca.pem'), LUNKIT_TOKEN_FILE: scratch.path('boss') }
    const { out, code } = await lunkit(
      [],
      environment,
      '/backstores/ramdisk create rd1 1M\n/backstores/ramdisk delete rd1\n',
    )
    expect({ out, code }).toEqual({
      out: ['Created ramdisk rd1 with size 1M.', 'Deleted storage object rd1.'],
      code: 0,
    })
  })

  it('reads by a token for that, and changes nothing', async () => {
    expect((await lunkit([...as('reader'), 'ls', '/backstores/ramdisk'])).code).toBe(0)
    const { err, code } = await lunkit([...as('reader'), '/backstores/ramdisk', 'create', 'rd2', '1M'])
    expect({ err, code }).toEqual({
      err: ['it changes something, and the token reader is for reading alone; right is a token of the role admin.'],
      code: 1,
    })
    expect((await lunkit([...as('reader'), 'targetcli'], {}, 'ls /backstores/ramdisk\n')).err).toEqual([])
  })

  it('is told what is wrong with its token, and never shown it', async () => {
    const { err, code } = await lunkit([...as('lost'), 'ls'])
    expect({ err, code }).toEqual({
      err: [
        'The token is none that lunkitd knows',
        'Right is the file of another: --token-file, or LUNKIT_TOKEN_FILE.',
      ],
      code: 1,
    })
    expect(tokens.some(token => daemon.log.includes(token))).toBe(false)
  })

  it('is told whom it does not trust', async () => {
    const { err, code } = await lunkit(['--control', url, '--token-file', scratch.path('boss'), 'ls'])
    expect([code, err[0]]).toEqual([
      3,
      `no lunkitd answers at ${url}: its certificate is from nobody who is trusted here; right is to give the certificate of its CA`,
    ])
    expect(err[1]).toBe(
      'Right is its address by --control or LUNKIT_CONTROL, and for a CA of your own --ca or LUNKIT_CA.',
    )
  })

  it.each([
    [['--control', 'https://localhost:9443'], 'No token for what is managed by TLS'],
    [['--control', 'http://localhost:9443'], 'http://localhost:9443 is without TLS'],
    [['--control', 'https://localhost:9443', '--token-file', '/no/file'], 'Cannot read /no/file'],
    [['--control', 'https://localhost:9443', '--token-file', launcher], `${launcher} has no token`],
  ])('is told what is wrong with its options: %j', async (options, wrong) => {
    const { err, code } = await lunkit([...options, 'ls'])
    expect([code, err[0]]).toEqual([2, expect.stringContaining(wrong)])
  })

  it('is told what is wrong with a URL without what may be secret in it', async () => {
    const { err, code } = await lunkit([
      '--control',
      'https://joe:s3cr3t@a:1',
      '--token-file',
      scratch.path('boss'),
      'ls',
    ])
    expect([code, err]).toEqual([2, ['url is none of a daemon; right is https://HOST:PORT, and nothing else in it']])
  })
})
