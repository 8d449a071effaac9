import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const packageDirectory = dirname(dirname(fileURLToPath(import.meta.url)))
const repository = dirname(dirname(packageDirectory))

/** Stands in for the daemon: says its process id, whether anybody watches over its starter, and the signal that ends it. */
const MAIN = `
process.on('SIGTERM', () => { process.stdout.write('SIGTERM\\n'); process.exit(0) })
process.stdout.write('started ' + process.pid + ' ' + process.ppid + ' watched ' + Boolean(globalThis.watched) + '\\n')
setInterval(() => {}, 1 << 30)
`
/** Notes whether a timer was set before the daemon was loaded. */
const NOTE_TIMERS = `data:text/javascript,${encodeURIComponent(`
  const setInterval = globalThis.setInterval
  globalThis.setInterval = (...timer) => {
    globalThis.watched = true
    return setInterval(...timer)
  }`)}`
/** Node 20 cannot replace its own process: then the launcher waits for a child. */
const WITHOUT_EXECVE = 'data:text/javascript,delete process.execve'

/** How the npm scripts of the package start the daemon. */
const SCRIPTS = {
  start: 'lunkitd',
  list: 'true && lunkitd',
  waits: `node --import '${WITHOUT_EXECVE}' bin/lunkitd.js`,
  background: 'lunkitd & true',
}

let directory: string
const started: ChildProcess[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkitd-starter-'))
  await cp(join(packageDirectory, 'bin'), join(directory, 'bin'), { recursive: true })
  await mkdir(join(directory, 'dist'))
  await mkdir(join(directory, 'node_modules', '.bin'), { recursive: true })
  await writeFile(join(directory, 'dist', 'main.js'), MAIN)
  await writeFile(join(directory, 'package.json'), JSON.stringify({ type: 'module', scripts: SCRIPTS }))
  await symlink('../../bin/lunkitd.js', join(directory, 'node_modules', '.bin', 'lunkitd'))
  await symlink(join(repository, 'node_modules', '.bin', 'node'), join(directory, 'node_modules', '.bin', 'node'))
})
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await rm(directory, { recursive: true })
})

interface Chain {
  /** What was started: npm, or a launcher. */
  readonly starter: ChildProcess
  readonly daemonPid: number
  /** What started the daemon: a shell, or a launcher. */
  readonly parentPid: number
  readonly watched: boolean
  /** What the daemon says next; undefined when it ended without a word. */
  readonly next: () => Promise<string | undefined>
}

/** Starts a daemon by a program, and waits until it says so. Standard output stays open for as long as the daemon lives. */
async function startBy(program: string, ...args: string[]): Promise<Chain> {
  const env = {
    ...process.env,
    CACHE_DIRECTORY: directory,
    NODE_OPTIONS: `--import=${NOTE_TIMERS}`,
    npm_lifecycle_script: '',
  }
  const starter = spawn(program, args, { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'], env })
  started.push(starter)
  const lines = createInterface({ input: starter.stdout })[Symbol.asyncIterator]()
  const next = async () => (await lines.next()).value as string | undefined
  for (;;) {
    const line = await next()
    if (line === undefined) throw new Error(`${program} ${args.join(' ')} started no daemon`)
    const [, daemonPid, parentPid, watched] = /^started (\d+) (\d+) watched (\w+)$/.exec(line) ?? []
    if (daemonPid !== undefined)
      return { starter, daemonPid: Number(daemonPid), parentPid: Number(parentPid), watched: watched === 'true', next }
  }
}

describe('lunkitd ends in order', () => {
  it.each(['start', 'list', 'waits'])('when npm, which runs the script `%s`, is ended by SIGKILL', async script => {
    const { starter, next } = await startBy('npm', 'run', '--silent', script)
    starter.kill('SIGKILL')
    expect(await next()).toBe('SIGTERM')
  })

  it.each(['start', 'list', 'waits'])('when npm, which runs the script `%s`, is ended by SIGTERM', async script => {
    const { starter, next } = await startBy('npm', 'run', '--silent', script)
    starter.kill('SIGTERM')
    expect(await next()).toBe('SIGTERM')
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('when npx is ended by %s', async signal => {
    const { starter, next } = await startBy('npx', '--no-install', 'lunkitd', '--config', 'a b')
    starter.kill(signal)
    expect(await next()).toBe('SIGTERM')
  })

  it.each(['start', 'waits'])('when what stands between npm and it is ended by SIGKILL: %s', async script => {
    const { parentPid, next } = await startBy('npm', 'run', '--silent', script)
    process.kill(parentPid, 'SIGKILL')
    expect(await next()).toBe('SIGTERM')
  })

  it('when the launcher that waits for it is ended by SIGKILL', async () => {
    const { starter, next } = await startBy(process.execPath, '--import', WITHOUT_EXECVE, 'bin/lunkitd.js')
    starter.kill('SIGKILL')
    expect(await next()).toBe('SIGTERM')
  })
})

describe('lunkitd stays', () => {
  it('when a script has left it in the background', async () => {
    const { daemonPid, watched, next } = await startBy('npm', 'run', '--silent', 'background')
    expect(watched).toBe(false)
    process.kill(daemonPid, 'SIGTERM')
    expect(await next()).toBe('SIGTERM')
  })

  it('when a shell or a service manager started it, whatever becomes of that', async () => {
    const { daemonPid, watched, next } = await startBy('sh', '-c', 'node_modules/.bin/lunkitd; true')
    expect(watched).toBe(false)
    process.kill(daemonPid, 'SIGTERM')
    expect(await next()).toBe('SIGTERM')
  })

  it('while the launcher that waits for it is stopped', async () => {
    const { starter, daemonPid, watched, next } = await startBy(
      process.execPath,
      '--import',
      WITHOUT_EXECVE,
      'bin/lunkitd.js',
    )
    expect(watched).toBe(true)
    starter.kill('SIGSTOP')
    expect(await readFile(`/proc/${daemonPid}/stat`, 'utf8')).toMatch(new RegExp(`\\) \\w ${starter.pid} `))
    starter.kill('SIGCONT')
    starter.kill('SIGTERM')
    expect(await next()).toBe('SIGTERM')
  })
})
