import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../log/logger.ts'
import type { Control } from './control.ts'
import { ControlUnusable } from './control-unusable.ts'

/** One that has ended by itself is started again after so long. */
const AGAIN_MS = 1000

/** A process that was started, and its end, which may come at any time. */
interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>
  readonly closed: Promise<unknown>
}

/** Where targetcli is answered. */
export interface TargetclidOptions {
  /** The path of targetclid's socket. */
  readonly path: string
  /** The path of the control socket. */
  readonly control: string
  readonly log: Logger
}

/**
 * What answers a distribution's own targetcli: `lunkit --serve-targetclid`, in a process of its own, since it is a user of the control
 * socket like any other. It ends with lunkitd, however that ends, by its standard input.
 */
export class Targetclid {
  readonly #options: TargetclidOptions
  #child: Child
  #closed = false

  private constructor(options: TargetclidOptions, child: Child) {
    this.#options = options
    this.#child = child
  }

  /**
   * Starts it, where somebody has named its socket; resolves when targetcli finds it.
   * @throws {ControlUnusable} where it cannot listen there, is not installed, or there is no control socket.
   */
  static async startIfAsked(
    path: string | undefined,
    control: Pick<Control, 'path'> | undefined,
    log: Logger,
  ): Promise<Targetclid | undefined> {
    if (path === undefined) return undefined
    if (control !== undefined) return Targetclid.#start({ path, control: control.path, log })
    const why = 'it would go through the control socket, and there is none'
    throw new ControlUnusable(`targetcli is not answered: ${why}`, { inUse: false, cause: why })
  }

  static async #start(options: TargetclidOptions): Promise<Targetclid> {
    const targetclid = new Targetclid(options, launch(options))
    const why = await targetclid.#listening()
    if (why !== undefined) throw new ControlUnusable(`targetcli is not answered: ${why}`, { inUse: false, cause: why })
    void targetclid.#watch()
    return targetclid
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.#closed = true
    const { process, closed } = this.#child
    process.stdin.end()
    await closed
  }

  /** Resolves when it listens; with what it says where it has ended instead. */
  async #listening(): Promise<string | undefined> {
    const { path, log } = this.#options
    const { process, closed } = this.#child
    let said = ''
    process.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const isListening = await Promise.race([
      once(createInterface({ input: process.stdout }), 'line').then(() => true),
      closed.then(() => false),
    ])
    if (!isListening) return said.trim().replaceAll('\n', ': ')
    log.info({ event: 'targetclid', targetclid: path }, `targetcli is answered at ${path}`)
    return undefined
  }

  /** Starts it again when it ends by itself. */
  async #watch(): Promise<void> {
    while (!this.#closed) {
      await this.#child.closed
      if (this.#closed) return
      const { exitCode, signalCode } = this.#child.process
      const { log, path } = this.#options
      log.error(
        { event: 'targetclidEnded', targetclid: path, exitCode, signalCode },
        'what answers targetcli has ended: it is started again',
      )
      await sleep(AGAIN_MS)
      await this.#startAgain()
    }
  }

  async #startAgain(): Promise<void> {
    if (this.#closed) return
    this.#child = launch(this.#options)
    const why = await this.#listening()
    if (why !== undefined)
      this.#options.log.error({ event: 'targetclidNotStarted', targetclid: this.#options.path }, why)
  }
}

function launch({ path, control }: TargetclidOptions): Child {
  const args = ['--control', control, '--serve-targetclid', path]
  const process = spawn(launcher(), args, { stdio: ['pipe', 'pipe', 'pipe'] })
  return { process, closed: once(process, 'close') }
}

/** The program that npm has installed beside lunkitd. */
function launcher(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('@lunkit/cli/package.json')
    return join(dirname(manifest), 'bin', 'lunkit.js')
  } catch (cause) {
    throw new ControlUnusable('targetcli is not answered: right is to install @lunkit/cli beside lunkitd', {
      inUse: false,
      cause,
    })
  }
}
