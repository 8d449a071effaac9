import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { request as requestByTls } from 'node:https'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { ControlClient } from '@lunkit/control/client'
import { Daemon } from '../../harness/daemon.ts'
import { Scratch } from '../../harness/scratch.ts'
import { findTool } from '../../harness/tool.ts'
import { PlantedSecrets } from './planted-secrets.ts'

const launcher = fileURLToPath(new URL('../../../apps/cli/bin/lunkit.js', import.meta.url))
const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url))

/** A line has been typed, and answered, and the next may come. */
const ANSWERED = /\r\r\n[^]*\/> /

/** What a request of HTTP is. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly body?: string
  readonly token?: string
}

/** A lunkitd that tells all that it can, whatever manages it, and all that anybody is told. */
export class SecretWorld {
  readonly secrets = new PlantedSecrets()
  readonly scratch: Scratch
  readonly daemon: Daemon
  readonly admin: string
  readonly reader: string
  /** What was told, by where. */
  readonly told: (readonly [where: string, text: string])[] = []
  readonly #stop = new AbortController()
  #events = Promise.resolve()
  #stopped: Promise<void> | undefined

  private constructor(scratch: Scratch, daemon: Daemon, tokens: readonly [admin: string, reader: string]) {
    this.scratch = scratch
    this.daemon = daemon
    this.admin = tokens[0]
    this.reader = tokens[1]
    for (const token of tokens) this.secrets.add(token)
  }

  static async start(iqn: string): Promise<SecretWorld> {
    const scratch = await Scratch.create('secrets')
    const made = await Promise.all(['admin', 'read-only'].map(role => tokenOf(scratch, role)))
    await writeFile(scratch.path('tokens'), made.map(({ line }) => `${line}\n`).join(''), { mode: 0o600 })
    await copyFile(fixture('server.key'), scratch.path('server.key'))
    const tls = ['--control-tls', '127.0.0.1:0', '--control-certificate', fixture('server.pem')]
    const files = ['--control-key', scratch.path('server.key'), '--control-tokens', scratch.path('tokens')]
    const targetclid = ['--targetclid-socket', scratch.path('targetclid.sock')]
    const stores = [{ plugin: 'ramdisk', name: 'rd0', sizeBytes: 2 ** 20 }] as const
    await mkdir(scratch.path('credentials'))
    const daemon = await Daemon.start({ iqn, stores }, scratch.directory, {
      environment: { CREDENTIALS_DIRECTORY: scratch.path('credentials') },
      args: ['--log-level', 'trace', ...tls, ...files, ...targetclid],
    })
    const world = new SecretWorld(scratch, daemon, [made[0]?.token ?? '', made[1]?.token ?? ''])
    world.#events = world.#hear()
    return world
  }

  /** Whoever is told something tells it here. */
  tell(where: string, said: string): string {
    this.told.push([where, said])
    return said
  }

  /** Where a secret was told, and what stands around it. */
  get leaks(): readonly string[] {
    return this.told.flatMap(([where, said]) => this.secrets.leaksIn(said).map(leak => `${where}: ${leak}`))
  }

  /** Runs lunkit, with lines on its standard input, and what it says is told. */
  async lunkit(args: readonly string[], input = ''): Promise<string> {
    const child = spawn(launcher, args, { env: this.environment })
    child.stdin.end(input)
    const closed = once(child, 'close')
    const said = await Promise.all([text(child.stdout), text(child.stderr)])
    await closed
    return this.tell(`lunkit ${input === '' ? args[0] : 'with a script'}`, said.join(''))
  }

  get environment(): NodeJS.ProcessEnv {
    const { scratch } = this
    return {
      ...process.env,
      ...{ LUNKIT_CONTROL: scratch.path('control.sock'), XDG_STATE_HOME: scratch.path('home') },
      ...{ XDG_CACHE_HOME: scratch.path('cache'), TERM: 'xterm' },
      CREDENTIALS_DIRECTORY: scratch.path('credentials'),
    }
  }

  /** Asks by the unix socket, or with a token by TLS. */
  async ask({ method, path, body = '', token }: Asked): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const headers = { 'content-length': Buffer.byteLength(body) }
    const answered = (answer: AsyncIterable<Uint8Array>): void => void text(answer).then(resolve, reject)
    const common = { method, path, agent: false } as const
    const authorization = { ...headers, authorization: `Bearer ${token}` }
    const sent =
      token === undefined
        ? request({ ...common, headers, socketPath: this.scratch.path('control.sock') }, answered)
        : requestByTls({ ...common, ...(await this.#byTls()), headers: authorization }, answered)
    sent.on('error', reject).end(body)
    return this.tell(`${method} ${path}`, await promise)
  }

  /** Asks as a distribution's own targetcli does. */
  async targetclid(line: string): Promise<string> {
    const socket = connect(this.scratch.path('targetclid.sock'))
    socket.write(line)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.end('-END@OF@DATA-')
    return this.tell('targetclid', answer.subarray(4).toString())
  }

  /** Types a line into lunkit on a terminal; what it says after that is told, with what its processes were started with. */
  async types(lines: readonly string[]): Promise<void> {
    const args = ['--quiet', '--return', '--command', `${process.execPath} ${launcher}`, '/dev/null']
    const child = spawn(findTool('script'), args, { env: this.environment })
    const closed = once(child, 'close')
    let screen = ''
    const written = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string, undefined>
    const shows = async (wanted: RegExp): Promise<void> => {
      for (;;) {
        const match = wanted.exec(screen)
        // What was typed is on the screen of whoever types; what stands behind it lunkit has said.
        if (match) return void (screen = screen.slice(match.index))
        const { value, done } = await written.next()
        if (done === true) throw new Error(`the shell has ended before it showed ${String(wanted)}: ${screen}`)
        screen += value
      }
    }
    await shows(/> /)
    for (const line of lines) {
      screen = ''
      child.stdin.write(`${line}\r`)
      await shows(ANSWERED)
      this.tell('the shell', screen)
      await this.processes()
    }
    child.stdin.write('exit\r')
    while ((await written.next()).done !== true);
    await closed
  }

  /** What every process of lunkitd, and every lunkit that runs, was started with. */
  async processes(): Promise<void> {
    for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name)))
      for (const file of ['cmdline', 'environ']) {
        const found = await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
        if (Number(pid) !== process.pid && found.includes(this.scratch.directory))
          this.tell(`/proc/${pid}/${file}`, found)
      }
  }

  /** All that lies in a directory of this world. */
  async files(name: string): Promise<void> {
    for (const entry of await readdir(this.scratch.path(name), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const path = `${entry.parentPath}/${entry.name}`
        this.tell(path, await readFile(path, 'latin1'))
      }
  }

  /** Ends lunkitd, once. */
  stop(): Promise<void> {
    this.#stopped ??= this.#end()
    return this.#stopped
  }

  async #end(): Promise<void> {
    this.#stop.abort()
    await this.#events
    await this.daemon.stop({ errors: [/^the configuration was not applied/] })
    this.tell('the log', this.daemon.log)
  }

  async #byTls() {
    const listening = this.daemon.records.find(record => record['controlTls'] !== undefined)
    const [host = '', port = ''] = String(listening?.['controlTls']).split(':')
    return { host, port, ca: await readFile(fixture('ca.pem'), 'utf8') }
  }

  async #hear(): Promise<void> {
    const client = new ControlClient({ path: this.scratch.path('control.sock') })
    try {
      for await (const event of client.events({}, { signal: this.#stop.signal }))
        this.tell('the events', JSON.stringify(event))
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error
    }
  }
}

/** A token as lunkit makes one. */
async function tokenOf(scratch: Scratch, role: string): Promise<{ readonly token: string; readonly line: string }> {
  const env = { ...process.env, XDG_CACHE_HOME: scratch.path('cache') }
  const child = spawn(launcher, ['--json', 'token', `a-${role}`, role], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  return JSON.parse(await text(child.stdout)) as { readonly token: string; readonly line: string }
}
