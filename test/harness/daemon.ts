import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { EventEmitter, on, once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type ServedConfig, saveConfig, storesOf } from './save-config.ts'
import { parseTargetAddress, type TargetAddress } from './target-address.ts'
import { secretsIn, textsIn, toldIn } from './told-secrets.ts'

const run = promisify(execFile)
const launcher = fileURLToPath(new URL('../../node_modules/.bin/lunkitd', import.meta.url))
const startTimeoutMs = 20_000
/** lunkitd drains for 10 s at most, then ends itself. */
const stopTimeoutMs = 15_000
/** What was taken away is waited for 10 s at most. */
const reloadTimeoutMs = 20_000
/** What Node says beside the log when it was asked for a diagnostic report. */
const reportNotice = /^$|^Writing Node\.js report|^Node\.js report completed/
/** pino's level of `error`; `fatal` is 60. */
const errorLevel = 50

/** A record of lunkitd's log, as pino writes it. */
export type LogRecord = Readonly<Record<string, unknown>> & { readonly level: number; readonly msg: string }

/** What a suite adds to how an administrator starts lunkitd. */
export type DaemonOptions = {
  readonly environment?: Readonly<Record<string, string>>
  /** The lunkitd itself, where it is not that of the sources. */
  readonly program?: string
  /** A program that starts lunkitd, with its arguments: `prlimit --fsize=1000000`. */
  readonly startedBy?: readonly string[]
  /** Further arguments. */
  readonly args?: readonly string[]
  /** How many LUNs are served of those that are configured; all unless it is said. */
  readonly servedLuns?: number
  /** What its Node, the one that runs the suite, is given. */
  readonly nodeArguments?: readonly string[]
  /** How long it may take to listen, in milliseconds, where that is more than usual. */
  readonly startTimeoutMs?: number
}

/** How a lunkitd ends to which a suite has done harm. */
export type ExpectedEnd = { readonly errors?: readonly RegExp[]; readonly code?: number }

/** A lunkitd of a suite's own, started as an administrator starts it. */
export class Daemon {
  readonly #child: ChildProcess
  readonly #log: string[] = []
  readonly #urls: string[] = []
  readonly #heard = new EventEmitter<{ record: [LogRecord] }>()
  readonly #configPath: string
  readonly #places: Readonly<Record<string, string>>
  readonly #secrets: Set<string>

  private constructor(child: ChildProcess, configPath: string, places: Readonly<Record<string, string>>) {
    this.#secrets = new Set(secretsIn(configPath, places['CREDENTIALS_DIRECTORY']))
    this.#child = child
    this.#configPath = configPath
    this.#places = places
  }

  /**
   * Starts lunkitd and waits until it has printed one URL for each LUN.
   *
   * @param served what is to be served, or the text of the file; of that nobody else says how many LUNs there are
   * @param directory where the configuration is written
   * @throws Error with lunkitd's log when it ends or stays silent instead
   */
  static async start(served: ServedConfig | string, directory: string, options: DaemonOptions = {}): Promise<Daemon> {
    const configPath = `${directory}/saveconfig.json`
    await writeFile(configPath, textOf(served))
    const { startedBy = [], nodeArguments, environment, args: further = [], program: own = launcher } = options
    const node = nodeArguments ? [process.execPath, '--conditions=source', ...nodeArguments] : []
    const [program, ...args] = [...startedBy, ...node, own]
    const places = { LUNKIT_STATE: `${directory}/state`, LUNKIT_CONTROL: `${directory}/control.sock` }
    const child = spawn(program ?? own, [...args, '--config', configPath, ...further], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...places, ...environment },
    })
    const daemon = new Daemon(child, configPath, { ...places, ...environment })
    const luns = typeof served === 'string' ? 0 : storesOf(served).length
    await daemon.#listening(options.servedLuns ?? luns, options.startTimeoutMs ?? startTimeoutMs)
    return daemon
  }

  /** The process id, for CPU time and memory. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The most memory that lunkitd had resident so far, in bytes. */
  peakResidentBytes(): Promise<number> {
    return this.#statusBytes('VmHWM')
  }

  /** The memory that lunkitd has resident now, in bytes. */
  residentBytes(): Promise<number> {
    return this.#statusBytes('VmRSS')
  }

  /** The CPU time that lunkitd has used so far, all its threads together, in seconds. */
  async cpuSeconds(): Promise<number> {
    const stat = await readFile(`/proc/${this.pid}/stat`, 'utf8')
    // Behind the name, which may have blanks: utime and stime are the 14th and 15th of all fields, in hundredths.
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
    return (Number(user) + Number(system)) / 100
  }

  async #statusBytes(field: string): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8')
    const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? []
    if (kibibytes === undefined) throw new Error(`/proc/${this.pid}/status has no ${field}:\n${status}`)
    return Number(kibibytes) * 1024
  }

  /** What lunkitd logged so far, one line of JSON a record. */
  get log(): string {
    return this.#log.join('\n')
  }

  /** Where it serves its metrics, as it has told; it was started with `--metrics`. */
  get metricsUrl(): string {
    return String(this.records.find(record => record['metrics'] !== undefined)?.['metrics'])
  }

  /** The records of the log so far. */
  get records(): readonly LogRecord[] {
    return this.#log.flatMap(line => parseRecord(line) ?? [])
  }

  /** Sends lunkitd a signal, and waits for nothing. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /**
   * Has lunkitd serve another configuration, by SIGHUP, and waits until it says that it does.
   *
   * @param served what is to be served, or the text of the file
   * @returns how many changes lunkitd found to make
   * @throws Error with what it said when it did not apply it, or said nothing in time
   */
  async reload(served: ServedConfig | string): Promise<number> {
    await this.writeConfiguration(served)
    return this.readAgain()
  }

  /**
   * Writes the file that lunkitd has its configuration from, and says nothing to it.
   *
   * @param served what is to be served, or the text of the file
   */
  writeConfiguration(served: ServedConfig | string): Promise<void> {
    return writeFile(this.#configPath, textOf(served))
  }

  /**
   * Has lunkitd read its file again, by SIGHUP, and waits until it says that it serves it.
   *
   * @returns how many changes lunkitd found to make
   * @throws Error with what it said when it did not apply it, or said nothing in time
   */
  async readAgain(): Promise<number> {
    const records = on(this.#heard, 'record', { signal: AbortSignal.timeout(reloadTimeoutMs) })
    this.signal('SIGHUP')
    for await (const [record] of records as AsyncIterable<[LogRecord]>) {
      if (record.msg.startsWith('the configuration was applied: ')) return Number(record['steps'])
      if (record.msg.startsWith('the configuration was not applied')) throw new Error(record.msg)
    }
    throw new Error('lunkitd said nothing of its configuration')
  }

  /**
   * The same by `lunkitd --reload`, as an administrator asks for it.
   *
   * @returns how many changes it says there were
   * @throws Error with what it said when it did not apply it
   */
  async reloadByCommand(served: ServedConfig | string): Promise<number> {
    await this.writeConfiguration(served)
    const environment = { ...process.env, ...this.#places }
    const { stdout } = await run(launcher, ['--reload', String(this.pid)], { env: environment })
    const [, steps] = /^lunkitd: the configuration was applied: (\d+|nothing)/.exec(stdout) ?? []
    if (steps === undefined) throw new Error(`lunkitd --reload said: ${stdout}`)
    return steps === 'nothing' ? 0 : Number(steps)
  }

  /**
   * Has lunkitd log what it has counted so far.
   *
   * @returns the record
   */
  async countedSoFar(): Promise<LogRecord> {
    const records = on(this.#heard, 'record', { signal: AbortSignal.timeout(reloadTimeoutMs) })
    this.signal('SIGUSR2')
    for await (const [record] of records as AsyncIterable<[LogRecord]>)
      if (record.msg === 'SIGUSR2: counted so far') return record
    throw new Error('lunkitd said nothing of what it has counted')
  }

  /** Resolves with how lunkitd ended: its exit code, or the signal that ended it. */
  async ended(): Promise<number | NodeJS.Signals | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close')
    return this.#child.exitCode ?? this.#child.signalCode
  }

  /**
   * What lunkitd has counted, by name; what it does not name is 0.
   *
   * @throws Error before it was drained
   */
  get counted(): Readonly<Record<string, number>> {
    const drained = this.records.find(({ msg }) => msg === 'drained')
    if (drained === undefined) throw new Error(`lunkitd was not drained\n${this.log}`)
    return drained.counted as Readonly<Record<string, number>>
  }

  /** The URL of a LUN as lunkitd printed it. */
  url(lun: number): string {
    const url = this.#urls.find(each => parseTargetAddress(each).lun === lun)
    if (url === undefined) throw new Error(`lunkitd serves no LUN ${lun}; it printed: ${this.#urls.join(' ')}`)
    return url
  }

  /** Where a LUN is served. */
  address(lun: number): TargetAddress {
    return parseTargetAddress(this.url(lun))
  }

  /**
   * Ends lunkitd by SIGTERM.
   *
   * @param expected messages of errors that the suite has caused, and the exit code that follows from them
   * @throws Error with the log unless it drained, ended with that code, gave back all transfer memory and logged
   * nothing else at level error or above
   */
  async stop({ errors: expected = [], code: expectedCode = 0 }: ExpectedEnd = {}): Promise<void> {
    const code = await this.#end('SIGTERM')
    const errors = this.#log.filter(isErrorRecord).filter(line => !isExpected(line, expected))
    if (code !== expectedCode)
      throw new Error(`lunkitd ended with ${code} after SIGTERM, expected exit code ${expectedCode}\n${this.log}`)
    if (errors.length > 0) throw new Error(`lunkitd logged ${errors.length} errors:\n${errors.join('\n')}`)
    if (!this.#log.some(isCleanDrain)) throw new Error(`lunkitd did not give back all transfer memory\n${this.log}`)
  }

  /**
   * Ends lunkitd by SIGKILL, in the midst of whatever it does.
   *
   * @param expected messages of errors that the suite has caused
   * @throws Error with the log when it had ended before, or had logged another error
   */
  async kill(expected: readonly RegExp[] = []): Promise<void> {
    const code = await this.#end('SIGKILL')
    if (code !== 'SIGKILL') throw new Error(`lunkitd ended with ${code} before SIGKILL\n${this.log}`)
    const errors = this.#log.filter(isErrorRecord).filter(line => !isExpected(line, expected))
    if (errors.length > 0) throw new Error(`lunkitd logged ${errors.length} errors:\n${errors.join('\n')}`)
  }

  async #end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const closed = once(this.#child, 'close')
      const deadline = setTimeout(() => this.#child.kill('SIGKILL'), stopTimeoutMs)
      this.#child.kill(signal)
      await closed
      clearTimeout(deadline)
      this.#checkTold()
    }
    return this.#child.exitCode ?? this.#child.signalCode
  }

  /** @throws Error where a secret that its configuration has, or had, was told or is kept in its state */
  #checkTold(): void {
    for (const each of secretsIn(this.#configPath, this.#places['CREDENTIALS_DIRECTORY'])) this.#secrets.add(each)
    if (this.#secrets.size === 0) return
    const kept = textsIn(this.#places['LUNKIT_STATE'] ?? '')
    const told = [this.log, this.#urls.join(' '), ...kept].flatMap(text => toldIn(text, this.#secrets))
    if (told.length > 0) throw new Error(`lunkitd told a secret:\n${told.join('\n')}`)
  }

  #listening(urls: number, timeoutMs: number): Promise<void> {
    const { stdout, stderr } = this.#child
    if (stdout === null || stderr === null) throw new Error('lunkitd was started without pipes')
    createInterface({ input: stderr }).on('line', line => {
      if (reportNotice.test(line)) return
      this.#log.push(line)
      const record = parseRecord(line)
      if (record !== undefined) this.#heard.emit('record', record)
    })
    return new Promise((resolve, reject) => {
      const fail = (what: string) => {
        this.#child.kill('SIGKILL')
        reject(new Error(`lunkitd ${what}; it had printed ${this.#urls.length} of ${urls} URLs\n${this.log}`))
      }
      const deadline = setTimeout(() => fail(`did not listen within ${timeoutMs} ms`), timeoutMs)
      this.#child.once('error', error => fail(`could not be started: ${error.message}`))
      this.#child.once('close', (code, signal) => fail(`ended with ${code ?? signal} at start`))
      createInterface({ input: stdout }).on('line', line => {
        if (line.startsWith('iscsi://')) this.#urls.push(line.trim())
        if (this.#urls.length < urls) return
        clearTimeout(deadline)
        resolve()
      })
    })
  }
}

function textOf(served: ServedConfig | string): string {
  return typeof served === 'string' ? served : JSON.stringify(saveConfig(served), undefined, 2)
}

function isErrorRecord(line: string): boolean {
  const record = parseRecord(line)
  // What is not a record was printed past the logger: a crash, or a warning of the runtime.
  return record === undefined || Number(record.level) >= errorLevel
}

function isExpected(line: string, expected: readonly RegExp[]): boolean {
  const message = parseRecord(line)?.msg ?? ''
  return expected.some(pattern => pattern.test(message))
}

function isCleanDrain(line: string): boolean {
  return parseRecord(line)?.transferMemoryUsedBytes === 0
}

function parseRecord(line: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as LogRecord) : undefined
  } catch {
    return undefined
  }
}
