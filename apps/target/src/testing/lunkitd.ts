import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { secretsIn, textsIn, toldIn } from '../../../../test/harness/told-secrets.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
/** What an administrator starts. */
export const LAUNCHER = fileURLToPath(new URL('../../bin/lunkitd.js', import.meta.url))

/** A state directory of its own: what a test leaves there would be found by the next. */
const makeStateDirectory = (): string => mkdtempSync(join(tmpdir(), 'lunkitd-state-'))

/** How a lunkitd ended. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A record of the log, as pino writes it. */
export interface LogRecord {
  readonly level: number
  readonly msg: string
  readonly [fact: string]: unknown
}

/** pino's numbers of its levels. */
export const Level = { info: 30, warn: 40, error: 50, fatal: 60 } as const

/** A lunkitd in a process of its own, started as an administrator starts it. */
export class Lunkitd implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #closed: Promise<unknown>
  readonly #stateDirectory = makeStateDirectory()
  readonly #environment: NodeJS.ProcessEnv
  readonly #config: string | undefined
  readonly #secrets = new Set<string>()
  #stdout = ''
  #stderr = ''
  #told: readonly string[] = []

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv = {}, started = [LAUNCHER]) {
    const { LUNKIT_CONFIG: _, LUNKIT_STATE: __, LUNKIT_CONTROL: ___, ...inherited } = process.env
    const places = { LUNKIT_STATE: this.#stateDirectory, LUNKIT_CONTROL: this.controlPath }
    const env = { ...inherited, ...places, ...environment }
    this.#environment = env
    const at = args.indexOf('--config')
    this.#config = at < 0 ? undefined : args[at + 1]
    this.#learnSecrets()
    this.#child = spawn(process.execPath, [...started, ...args], { env })
    this.#closed = once(this.#child, 'close').finally(() => {
      this.#lookForSecrets()
      rmSync(this.#stateDirectory, { recursive: true, force: true })
    })
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
  }

  /** One whose program is run directly, without the launcher. */
  static direct(args: readonly string[]): Lunkitd {
    return new Lunkitd(args, {}, ['--conditions=source', MAIN])
  }

  /** Where it is managed, unless it was told otherwise. */
  get controlPath(): string {
    return join(this.#stateDirectory, 'control.sock')
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Resolves with the URLs of standard output, once there are as many. */
  async urls(count: number): Promise<readonly string[]> {
    for (;;) {
      const urls = this.#stdout.split('\n').filter(line => line.startsWith('iscsi://'))
      // The last line may not be there in full.
      if (urls.length >= count && this.#stdout.endsWith('\n')) return urls
      await this.#output()
    }
  }

  /** Resolves with the first record of the log that `which` picks. */
  async logged(which: (record: LogRecord) => boolean): Promise<LogRecord> {
    for (;;) {
      const found = this.log.find(which)
      if (found) return found
      await this.#output()
    }
  }

  /** The records of the log so far. */
  get log(): readonly LogRecord[] {
    const lines = this.#stderr.slice(0, this.#stderr.lastIndexOf('\n') + 1).trim()
    return lines === '' ? [] : lines.split('\n').map(line => JSON.parse(line) as LogRecord)
  }

  /** Reads no more of what it says there, and closes the reading end. */
  closeOutput(which: 'stdout' | 'stderr'): void {
    this.#child[which].destroy()
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Waits for its end. @throws {Error} where it has told a secret of its configuration, or keeps one in its state. */
  async ended(): Promise<Ended> {
    await this.#closed
    this.#checkTold()
    return { code: this.#child.exitCode, signal: this.#child.signalCode, stdout: this.#stdout, stderr: this.#stderr }
  }

  /** Ends it by SIGTERM, if it has not ended. @throws as `ended`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#closed
    this.#checkTold()
  }

  /** Those that its configuration has now. */
  #learnSecrets(): void {
    if (this.#config === undefined) return
    for (const each of secretsIn(this.#config, this.#environment['CREDENTIALS_DIRECTORY'])) this.#secrets.add(each)
  }

  #lookForSecrets(): void {
    this.#learnSecrets()
    const kept = textsIn(this.#environment['LUNKIT_STATE'] ?? this.#stateDirectory)
    this.#told = [this.#stdout, this.#stderr, ...kept].flatMap(text => toldIn(text, this.#secrets))
  }

  #checkTold(): void {
    if (this.#told.length > 0) throw new Error(`a secret was told:\n${this.#told.join('\n')}`)
  }

  async #output(): Promise<void> {
    const heard = new AbortController()
    const { stdout, stderr } = this.#child
    const more = [stdout, stderr].map(stream => once(stream, 'data', { signal: heard.signal }))
    const gone = this.#closed.then(() => 'gone')
    const first = await Promise.race([...more, gone])
    // Else each of them would listen on.
    heard.abort()
    if (first !== 'gone') return
    throw new Error(
      `lunkitd ended with ${this.#child.exitCode ?? this.#child.signalCode}:\n${this.#stdout}${this.#stderr}`,
    )
  }
}

/** How a configuration is started. */
export interface StartOptions {
  /** Beside `--config`. */
  readonly args?: readonly string[]
  readonly environment?: NodeJS.ProcessEnv
  /** Who may read the configuration. */
  readonly mode?: number
}

/** A lunkitd that serves this text, as the saveconfig.json of a directory. */
export async function startLunkitd(
  directory: string,
  text: string,
  { args = [], environment = {}, mode = 0o600 }: StartOptions = {},
): Promise<Lunkitd> {
  const path = join(directory, 'saveconfig.json')
  await writeFile(path, text)
  await chmod(path, mode)
  return new Lunkitd(['--config', path, ...args], environment)
}
