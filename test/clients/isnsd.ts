import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../harness/free-port.ts'
import { succeed } from '../harness/outcome.ts'
import type { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'

const startMs = 10_000
const lookMs = 50

/** What isnsd knows, as isnsadm prints it. */
export interface Listed {
  readonly entities: readonly string[]
  readonly targets: readonly string[]
  /** `127.0.0.1:3260`. */
  readonly portals: readonly string[]
  /** By target and portal: `iqn... 127.0.0.1:3260 1`; without a tag: nothing behind it. */
  readonly groups: readonly string[]
}

/** open-isns' isnsd, an instance of its own: whoever asks is shown all of it. */
export class Isnsd {
  readonly port: number
  readonly #scratch: Scratch
  #child: ChildProcess | undefined

  private constructor(scratch: Scratch, port: number) {
    this.#scratch = scratch
    this.port = port
  }

  /** One that is not started yet. Its registrations stand in memory alone. */
  static async create(scratch: Scratch): Promise<Isnsd> {
    const port = await freePort()
    const path = (name: string) => scratch.path(`isns-${name}`)
    const common = ['Security=0', `AuthKeyFile=${path('key')}`, `ControlSocket=${path('control')}`]
    const server = ['SourceName=iqn.2026-11.io.lunkit.test:isnsd', 'DefaultDiscoveryDomain=1', `PIDFile=${path('pid')}`]
    const place = `127.0.0.1:${port}`
    await writeFile(path('server.conf'), [...common, ...server, `BindAddress=${place}`, ''].join('\n'))
    const client = ['SourceName=iqn.2026-11.io.lunkit.test:isnsadm', `ServerAddress=${place}`, '']
    await writeFile(path('client.conf'), [...common, ...client].join('\n'))
    return new Isnsd(scratch, port)
  }

  /** Starts it; what it knew before it has forgotten. */
  async start(): Promise<void> {
    const child = spawn(findTool('isnsd'), ['-f', '-c', this.#scratch.path('isns-server.conf')], { stdio: 'ignore' })
    this.#child = child
    const end = performance.now() + startMs
    while (!(await this.#listens())) {
      if (child.exitCode !== null || performance.now() > end) throw new Error('isnsd does not listen')
      await delay(lookMs)
    }
  }

  /** Has it answer nobody, though it still takes connections; or go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal)
  }

  /** Ends it, as one that dies. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }

  /** What isnsadm lists. */
  async listed(): Promise<Listed> {
    // What is added is there before the rest is asked for.
    const nodes = await this.#isnsadm('--query', 'iscsi-name')
    const entities = await this.#isnsadm('--query', 'entity-id')
    const [portals, groups] = [await this.#isnsadm('--list', 'portals'), await this.#isnsadm('--list', 'portal-groups')]
    const portal = /Portal IP address = (\S+)\n.*Portal TCP\/UDP port = (\d+)\/tcp/g
    const group =
      /Portal group name = "(.*)"\n.*group address = (\S+)\n.*group port = (\d+)\/tcp(?:\n.*group tag = (\d+))?/g
    return {
      entities: found(entities, /Entity identifier = "(.*)"/g),
      targets: found(nodes, /iSCSI name = "(.*)"/g),
      portals: found(portals, portal, ([host, port]) => `${host}:${port}`),
      groups: found(groups, group, ([name, host, port, tag]) =>
        [name, `${host}:${port}`, ...(tag ? [tag] : [])].join(' '),
      ),
    }
  }

  /** What it lists, once that is as it should be, or at the end of the time. */
  async until(isRight: (listed: Listed) => boolean, timeoutMs = startMs): Promise<Listed> {
    const end = performance.now() + timeoutMs
    for (;;) {
      const listed = await this.listed()
      if (isRight(listed) || performance.now() > end) return listed
      await delay(lookMs)
    }
  }

  async #isnsadm(...args: readonly string[]): Promise<string> {
    const config = this.#scratch.path('isns-client.conf')
    return (await succeed(findTool('isnsadm'), ['-c', config, ...args], { timeoutMs: startMs })).stdout
  }

  #listens(): Promise<boolean> {
    const socket = connect(this.port, '127.0.0.1')
    const { promise, resolve } = Promise.withResolvers<boolean>()
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    return promise.finally(() => socket.destroy())
  }
}

type Parts = readonly (string | undefined)[]

/** Each once, in the order of their letters. */
function found(text: string, pattern: RegExp, shown = ([one = '']: Parts): string => one): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, ...parts]) => shown(parts)))].sort()
}
