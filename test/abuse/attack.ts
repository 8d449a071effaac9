import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { compile } from '../harness/compiler.ts'
import type { TargetAddress } from '../harness/target-address.ts'

/** How many peers there are of each kind; attackers.c says what they do. */
export type Peers = { readonly hogs: number; readonly drips: number; readonly idles: number }

/** How many peers of guessers.c there are of each kind. */
export type Guessers = { readonly silents: number; readonly longs: number; readonly wrongs: number }

/** Silent ones that the target has not closed by now, and how often the others have come and were refused or closed. */
export type Guesses = Guessers & { readonly longsRefused: number; readonly wrongsRefused: number }

/** Compiles those that know no secret. */
export function compileGuessers(program: string): Promise<void> {
  return compile(fileURLToPath(new URL('./guessers.c', import.meta.url)), program)
}

/** Compiles the attackers. */
export function compileAttackers(program: string): Promise<void> {
  return compile(fileURLToPath(new URL('./attackers.c', import.meta.url)), program)
}

/** Many peers that mean no good, in a process of their own. */
export class Attack<Held = Peers> {
  readonly #child: ChildProcess
  readonly #lines: Interface
  #error = ''

  private constructor(child: ChildProcess, lines: Interface) {
    this.#child = child
    this.#lines = lines
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#error += text
    })
  }

  /** Starts the attack; resolves when every peer has come, and was taken or refused. */
  static async start(program: string, { host, port, iqn }: TargetAddress, peers: Peers): Promise<Attack> {
    const { hogs, drips, idles } = peers
    return Attack.#started<Peers>(program, [host, port, iqn, hogs, drips, idles].map(String))
  }

  /** Starts those that know no secret; resolves when every silent one has been asked. `name` is the right one. */
  static async guess(
    program: string,
    { host, port, iqn }: TargetAddress,
    { name, peers }: { readonly name: string; readonly peers: Guessers },
  ): Promise<Attack<Guesses>> {
    const { silents, longs, wrongs } = peers
    return Attack.#started<Guesses>(program, [host, port, iqn, name, silents, longs, wrongs].map(String))
  }

  static async #started<Held>(program: string, args: readonly string[]): Promise<Attack<Held>> {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const attack = new Attack<Held>(child, createInterface({ input: child.stdout }))
    await attack.#next()
    return attack
  }

  /** How many peers the target has not closed by now. */
  async held(): Promise<Held> {
    this.#child.stdin?.write('held\n')
    return this.#next()
  }

  /** Ends it: all peers are gone. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const closed = once(this.#child, 'close')
    this.#child.stdin?.end()
    await closed
  }

  async #next(): Promise<Held> {
    const line = once(this.#lines, 'line').then(([text]) => String(text))
    const ended = once(this.#lines, 'close').then(() => undefined)
    const text = await Promise.race([line, ended])
    if (text === undefined) throw new Error(`the attackers have ended: ${this.#error}`)
    return JSON.parse(text) as Held
  }
}
