import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type ServedConfig, saveConfig } from './save-config.ts'
import { parseTargetAddress, type TargetAddress } from './target-address.ts'

const launcher = fileURLToPath(new URL('../../node_modules/.bin/lunkitd', import.meta.url))
const startTimeoutMs = 20_000
/** lunkitd drains for 10 s at most, then ends itself. */
const stopTimeoutMs = 15_000
/** What Node says beside the log when it was asked for a diagnostic report. */
const reportNotice = /^$|^Writing Node\.js report|^Node\.js report completed/
/** pino's level of `error`; `fatal` is 60. */
const errorLevel = 50

/** A lunkitd of a suite's own, started as an administrator starts it. */
export class Daemon {
  readonly #child: ChildProcess
  readonly #log: string[] = []
  readonly #urls: string[] = []

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /**
   * Starts lunkitd and waits until it has printed one URL for each LUN.
   *
   * @param directory where the configuration is written
   * @param environment of lunkitd, over that of this process
   * @throws Error with lunkitd's log when it ends or stays silent instead
   */
  static async start(served: ServedConfig, directory: string, environment: NodeJS.ProcessEnv = {}): Promise<Daemon> {
    const configPath = `${directory}/saveconfig.json`
    await writeFile(configPath, JSON.stringify(saveConfig(served), undefined, 2))
    const child = spawn(launcher, ['--config', configPath], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        LUNKIT_STATE: `${directory}/state`,
        LUNKIT_CONTROL: `${directory}/control.sock`,
        ...environment,
      },
    })
    const daemon = new Daemon(child)
    await daemon.#listening(served.stores.length)
    return daemon
  }

  /** The process id, for CPU time and memory. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The most memory that lunkitd had resident so far, in bytes. */
  async peakResidentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8')
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? []
    if (kibibytes === undefined) throw new Error(`/proc/${this.pid}/status has no VmHWM:\n${status}`)
    return Number(kibibytes) * 1024
  }

  /** What lunkitd logged so far, one line of JSON a record. */
  get log(): string {
    return this.#log.join('\n')
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
   * @throws Error with the log unless it drained, ended with exit code 0, gave back all transfer memory and logged
   * nothing at level error or above
   */
  async stop(): Promise<void> {
    const code = await this.#end('SIGTERM')
    const errors = this.#log.filter(isErrorRecord)
    if (code !== 0) throw new Error(`lunkitd ended with ${code} after SIGTERM, expected exit code 0\n${this.log}`)
    if (errors.length > 0) throw new Error(`lunkitd logged ${errors.length} errors:\n${errors.join('\n')}`)
    if (!this.#log.some(isCleanDrain)) throw new Error(`lunkitd did not give back all transfer memory\n${this.log}`)
  }

  /**
   * Ends lunkitd by SIGKILL, in the midst of whatever it does.
   *
   * @throws Error with the log when it had ended before, or had logged an error
   */
  async kill(): Promise<void> {
    const code = await this.#end('SIGKILL')
    if (code !== 'SIGKILL') throw new Error(`lunkitd ended with ${code} before SIGKILL\n${this.log}`)
    const errors = this.#log.filter(isErrorRecord)
    if (errors.length > 0) throw new Error(`lunkitd logged ${errors.length} errors:\n${errors.join('\n')}`)
  }

  async #end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const closed = once(this.#child, 'close')
      const deadline = setTimeout(() => this.#child.kill('SIGKILL'), stopTimeoutMs)
      this.#child.kill(signal)
      await closed
      clearTimeout(deadline)
    }
    return this.#child.exitCode ?? this.#child.signalCode
  }

  #listening(urls: number): Promise<void> {
    const { stdout, stderr } = this.#child
    if (stdout === null || stderr === null) throw new Error('lunkitd was started without pipes')
    createInterface({ input: stderr }).on('line', line => {
      if (!reportNotice.test(line)) this.#log.push(line)
    })
    return new Promise((resolve, reject) => {
      const fail = (what: string) => {
        this.#child.kill('SIGKILL')
        reject(new Error(`lunkitd ${what}; it had printed ${this.#urls.length} of ${urls} URLs\n${this.log}`))
      }
      const deadline = setTimeout(() => fail(`did not listen within ${startTimeoutMs} ms`), startTimeoutMs)
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

function isErrorRecord(line: string): boolean {
  const record = parseRecord(line)
  // What is not a record was printed past the logger: a crash, or a warning of the runtime.
  return record === undefined || Number(record.level) >= errorLevel
}

function isCleanDrain(line: string): boolean {
  return parseRecord(line)?.transferMemoryUsedBytes === 0
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
