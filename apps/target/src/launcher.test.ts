import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const packageDirectory = dirname(dirname(fileURLToPath(import.meta.url)))
const repository = dirname(dirname(packageDirectory))

/** Stands in for the daemon: prints what it was started with, then ends as its first argument says. */
const MAIN = `
const [what, ...rest] = process.argv.slice(2)
const report = { version: process.version, execArgv: process.execArgv, rest, pid: process.pid, cache: process.env.NODE_COMPILE_CACHE }
const say = (signal, code) => process.on(signal, () => { process.stdout.write(signal + '\\n'); process.exit(code) })
const codes = { SIGTERM: 41, SIGINT: 42, SIGQUIT: 43, SIGPWR: 44, SIGXCPU: 45, SIGHUP: 46, SIGALRM: 48 }
const more = { SIGVTALRM: 49, SIGPROF: 50, SIGIO: 51, SIGSTKFLT: 52, SIGUSR2: 53 }
for (const [signal, code] of Object.entries({ ...codes, ...more })) say(signal, code)
process.stdout.write(JSON.stringify(report) + '\\n')
if (what === 'exit') process.exit(Number(rest[0]))
if (what === 'die') process.kill(process.pid, rest[0])
if (what === 'wait') setInterval(() => {}, 1 << 30)
`

// Node 20 cannot replace its own process and must wait for a child: taking execve away stands in for it.
const STARTS = [
  { how: 'by replacing the process', flags: [] },
  { how: 'by a child process', flags: ['--import', 'data:text/javascript,delete process.execve'] },
]

let directory: string

async function makePackage(name: string, main: string): Promise<string> {
  const root = join(directory, name)
  await mkdir(join(root, 'bin'), { recursive: true })
  await mkdir(dirname(join(root, main)), { recursive: true })
  for (const file of ['lunkitd.js', 'starter.js'])
    await copyFile(join(packageDirectory, 'bin', file), join(root, 'bin', file))
  await writeFile(join(root, 'package.json'), '{ "type": "module" }')
  await writeFile(join(root, main), MAIN)
  return join(root, 'bin', 'lunkitd.js')
}

interface Started {
  readonly child: ChildProcess
  readonly report: { version: string; execArgv: string[]; rest: string[]; pid: number; cache?: string }
  readonly rest: () => Promise<{ code: number | null; signal: string | null; output: string }>
}

/** Starts the launcher and waits for the first line of the program that it started. */
async function start(launcher: string, flags: readonly string[], args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [...flags, launcher, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: '', CACHE_DIRECTORY: directory },
  })
  const exit = once(child, 'exit')
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  while (!output.includes('\n')) await once(child.stdout, 'data')
  const firstLineEnd = output.indexOf('\n')
  const rest = async () => {
    const [code, signal] = await exit
    return { code, signal, output: output.slice(firstLineEnd + 1) }
  }
  return { child, report: JSON.parse(output.slice(0, firstLineEnd)), rest }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-launcher-'))
  await symlink(join(repository, 'node_modules'), join(directory, 'node_modules'))
})
afterAll(() => rm(directory, { recursive: true }))

describe.each(STARTS)('the launcher that starts $how', ({ flags }) => {
  it('runs the built program on the Node that it was started with, and passes arguments on', async () => {
    const launcher = await makePackage('built', 'dist/main.js')
    const { report, rest } = await start(launcher, flags, ['exit', '0', '--portal', 'a b'])
    expect(report.version).toBe(process.version)
    expect(report.rest).toEqual(['0', '--portal', 'a b'])
    expect(report.execArgv).not.toContain('--conditions=source')
    for (const once of ['--disable-sigusr1', '--report-exclude-env'])
      expect(report.execArgv.filter(flag => flag === once)).toHaveLength(1)
    expect(await rest()).toMatchObject({ code: 0, signal: null })
  })

  it('runs the sources with the source condition in a checkout', async () => {
    const launcher = await makePackage('checkout', 'src/main.ts')
    const { report, rest } = await start(launcher, flags, ['exit', '0'])
    expect(report.execArgv).toContain('--conditions=source')
    expect(await rest()).toMatchObject({ code: 0, signal: null })
  })

  it('leaves word for threads of the program of where there is what was compiled', async () => {
    const { report, rest } = await start(await makePackage('cached', 'dist/main.js'), flags, ['exit', '0'])
    expect(report.cache).toBe(join(directory, 'compile'))
    expect(await rest()).toMatchObject({ code: 0, signal: null })
  })

  it.each([1, 78])('ends with exit code %i when the program does', async code => {
    const launcher = await makePackage('codes', 'src/main.ts')
    const { rest } = await start(launcher, flags, ['exit', String(code)])
    expect(await rest()).toMatchObject({ code, signal: null })
  })

  it.each([
    { signal: 'SIGTERM', code: 41 },
    { signal: 'SIGINT', code: 42 },
    { signal: 'SIGQUIT', code: 43 },
    { signal: 'SIGPWR', code: 44 },
    { signal: 'SIGXCPU', code: 45 },
    { signal: 'SIGHUP', code: 46 },
    { signal: 'SIGALRM', code: 48 },
    { signal: 'SIGVTALRM', code: 49 },
    { signal: 'SIGPROF', code: 50 },
    { signal: 'SIGIO', code: 51 },
    { signal: 'SIGSTKFLT', code: 52 },
    { signal: 'SIGUSR2', code: 53 },
  ] as const)('passes $signal on once and waits for the program to end', async ({ signal, code }) => {
    const launcher = await makePackage('signals', 'src/main.ts')
    const { child, rest } = await start(launcher, flags, ['wait'])
    child.kill(signal)
    expect(await rest()).toEqual({ code, signal: null, output: `${signal}\n` })
  })

  it.each(['SIGKILL', 'SIGABRT', 'SIGSYS'] as const)('ends by %s when the program did', async signal => {
    const launcher = await makePackage('deaths', 'src/main.ts')
    const { rest } = await start(launcher, flags, ['die', signal])
    expect(await rest()).toMatchObject({ code: null, signal })
  })
})

/** A Node that says that it is old, but for the one that the launcher starts. */
const OLD_NODE = `data:text/javascript,${encodeURIComponent(`
  if (!process.env.LUNKITD_LAUNCHER) {
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })
    Object.defineProperty(process, 'version', { value: 'v20.20.2' })
    delete process.execve
  }`)}`

describe('the launcher on a Node that is too old', () => {
  it('says in one sentence what it needs, and ends with 1', async () => {
    const root = await mkdtemp(join(tmpdir(), 'lunkitd-alone-'))
    await cp(join(packageDirectory, 'bin'), join(root, 'bin'), { recursive: true })
    await writeFile(join(root, 'package.json'), '{ "type": "module" }')
    const args = ['--import', OLD_NODE, join(root, 'bin', 'lunkitd.js')]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text
    })
    const [code] = await once(child, 'close')
    await rm(root, { recursive: true })
    expect(errors).toBe('lunkitd needs Node 22.15 or newer; this is v20.20.2\n')
    expect(code).toBe(1)
  })

  it('starts the Node that was installed beside it', async () => {
    const { report, rest } = await start(
      await makePackage('beside', 'dist/main.js'),
      ['--import', OLD_NODE],
      ['exit', '3'],
    )
    expect(report.version).toBe(process.version)
    expect(await rest()).toMatchObject({ code: 3, signal: null })
  })
})
