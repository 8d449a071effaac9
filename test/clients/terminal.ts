import { setTimeout } from 'node:timers/promises'
import { run, succeed } from '../harness/outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'

const callMs = 10_000
/** Under load a program takes its time until it says something. */
const shownMs = 30_000
const lookEveryMs = 30

/** What a terminal is started with. */
export interface TerminalOptions {
  readonly environment: Readonly<Record<string, string>>
  readonly columns?: number
  readonly rows?: number
}

/** A terminal of a suite's own, by tmux: keys go in, and what is on it can be read. */
export class Terminal {
  /** tmux leaves its socket behind. */
  readonly #scratch: Scratch

  private constructor(scratch: Scratch) {
    this.#scratch = scratch
  }

  /** Starts a program on a new terminal. */
  static async start(command: readonly string[], options: TerminalOptions): Promise<Terminal> {
    const { environment, columns = 80, rows = 24 } = options
    const terminal = new Terminal(await Scratch.create('terminal'))
    const variables = Object.entries({ ...environment, PS1: '$ ', LANG: 'C.UTF-8' }).map(each => each.join('='))
    const size = ['-x', String(columns), '-y', String(rows)]
    const program = ['env', ...variables, ...command]
    await terminal.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, ...program)
    return terminal
  }

  /** Types a text, character by character. */
  async types(text: string): Promise<void> {
    await this.#tmux('send-keys', '-l', '--', text)
  }

  /** Presses keys by tmux's names: `Tab`, `Enter`, `C-c`, `Up`. */
  async presses(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys)
  }

  /** Gives it another size. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** What is on it, without the blanks behind lines. */
  async screen(): Promise<readonly string[]> {
    return (await this.#tmux('capture-pane', '-p')).split('\n').slice(0, -1)
  }

  /**
   * Waits until what is on it is as it is to be; presses a key before each further look, where one is given.
   *
   * @returns that
   * @throws Error with what is on it instead
   */
  async shows(is: RegExp | ((screen: readonly string[]) => boolean), key?: string): Promise<readonly string[]> {
    const isThere = is instanceof RegExp ? (screen: readonly string[]) => is.test(screen.join('\n')) : is
    const until = performance.now() + shownMs
    for (;;) {
      const screen = await this.screen()
      if (isThere(screen)) return screen
      if (performance.now() > until) throw new Error(`the terminal does not show ${String(is)}:\n${screen.join('\n')}`)
      if (key !== undefined) await this.presses(key)
      await setTimeout(lookEveryMs)
    }
  }

  /** Ends what runs on it. */
  async stop(): Promise<void> {
    await run(findTool('tmux'), [...this.#server(), 'kill-server'], { timeoutMs: callMs })
    await this.#scratch.remove()
  }

  #server(): readonly string[] {
    return ['-S', this.#scratch.path('tmux')]
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    return (await succeed(findTool('tmux'), [...this.#server(), ...args], { timeoutMs: callMs })).stdout
  }
}
