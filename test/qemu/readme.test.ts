import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, succeed } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool, type ToolName } from '../harness/tool.ts'

const LIMITS = { timeoutMs: 60_000 }
const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = await readFile(`${root}README.md`, 'utf8')

/** The blocks of the README, in their order. */
const fences = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
const blocks = (language: string): string[] =>
  fences.filter(([, of]) => of === language).map(([, , content]) => content as string)

/** Every command that the README shows: without its comment. */
const commands = blocks('sh').flatMap(block =>
  block
    .split('\n')
    .map(line => line.replace(/ +#.*$/, ''))
    .filter(line => line !== ''),
)
const [DEMO_URL = ''] = blocks('').map(block => block.trim())

/** A program of the README that serves until it is ended, in a process group of its own. */
class Serving {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Starts it and waits for the first URL that it prints. */
  static async start(command: readonly string[]): Promise<{ serving: Serving; url: string }> {
    const [program = '', ...args] = command
    const child = spawn(program, args, { cwd: root, detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    for await (const line of createInterface({ input: child.stdout }))
      if (line.startsWith('iscsi://')) return { serving: new Serving(child), url: line }
    throw new Error(`${command.join(' ')} ended without a URL`)
  }

  /** As Ctrl-C does: every process of the group hears it. */
  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit')
    process.kill(-(this.#child.pid as number), 'SIGINT')
    await ended
  }
}

/** Runs a command of the README with one of Debian's programs. */
async function tool(command: string, replaced: Readonly<Record<string, string>>): Promise<string> {
  const line = Object.entries(replaced).reduce((text, [from, to]) => text.replaceAll(from, to), command)
  const [name, ...args] = line.split(' ')
  return (await succeed(findTool(name as ToolName), args, LIMITS)).stdout
}

describe('the README', () => {
  it('shows these commands and no others', () => {
    expect(commands).toEqual([
      'npm ci && npm start',
      `qemu-img info ${DEMO_URL}`,
      `iscsi-inq ${DEMO_URL}`,
      `iscsi-readcapacity16 ${DEMO_URL}`,
      // The guest's suite does these two.
      'iscsiadm -m discovery -t sendtargets -p 127.0.0.1',
      'iscsiadm -m node -T iqn.2026-11.io.lunkit:demo -p 127.0.0.1 --login',
      // What runs before all suites.
      'npm ci && npm test',
      'npx lunkitd --config /etc/lunkit/saveconfig.json --check',
      'npx lunkitd --config /etc/lunkit/saveconfig.json',
      'npx lunkitd &',
      // The suite of programs that call targetcli does these.
      ...commands.filter(command => command.startsWith('npx lunkit ')),
    ])
    expect(DEMO_URL).toBe('iscsi://127.0.0.1:3260/iqn.2026-11.io.lunkit:demo/0')
  })
})

describe('the demo of the README', () => {
  let demo: Awaited<ReturnType<typeof Serving.start>>
  beforeAll(async () => {
    demo = await Serving.start(['npm', 'start', '--', '--portal', '127.0.0.1:0'])
  }, 60_000)
  afterAll(() => demo?.serving.stop())

  it.each([
    ['qemu-img', /virtual size: 1 GiB/],
    ['iscsi-inq', /Vendor:LIO-ORG/],
    ['iscsi-readcapacity16', /Total size:1073741824/],
  ])('is there for %s', async (name, expected) => {
    const command = commands.find(line => line.startsWith(`${name} `)) ?? ''
    expect(await tool(command, { [DEMO_URL]: demo.url })).toMatch(expected)
  })
})

describe('the configuration of the README', () => {
  const INITIATOR = 'iqn.1993-08.org.debian:01:0123456789ab'
  let scratch: Scratch
  let config: string
  let state: string
  beforeAll(async () => {
    scratch = await Scratch.create('readme')
    config = scratch.path('saveconfig.json')
    state = scratch.path('state')
    await mkdir(scratch.path('lunkit'))
    const [shown = ''] = blocks('json')
    const here = shown.replace('/srv/lunkit', scratch.path('lunkit')).replace('0.0.0.0', '127.0.0.1')
    await writeFile(config, here.replace('3260', '0'), { mode: 0o600 })
  })
  afterAll(() => scratch?.remove())

  const lunkitd = (...more: string[]) => ['npx', 'lunkitd', '--config', config, '--state', state, ...more]

  it('is explained by --check, which creates nothing', async () => {
    const [npx = '', ...args] = lunkitd('--check')
    const { code, stdout } = await run(npx, args, { ...LIMITS, cwd: root })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('fileio/disk0') })
    expect(stdout).toContain(INITIATOR)
    await expect(stat(scratch.path('lunkit/disk0.img'))).rejects.toThrow('ENOENT')
  })

  it('serves a file of 1 GiB to the initiator that it names, and to no other', async () => {
    const { serving, url } = await Serving.start(lunkitd())
    try {
      const capacity = findTool('iscsi-readcapacity16')
      const { stdout } = await succeed(capacity, ['-i', INITIATOR, url], LIMITS)
      expect(stdout).toContain('Total size:1073741824')
      expect((await run(capacity, [url], LIMITS)).code).not.toBe(0)
      expect((await stat(scratch.path('lunkit/disk0.img'))).size).toBe(2 ** 30)
    } finally {
      await serving.stop()
    }
  })
})
