import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { compile } from '../harness/compiler.ts'
import type { TargetAddress } from '../harness/target-address.ts'

/** How many peers there are of each kind; attackers.c says what they do. */
export type Peers = { readonly hogs: number; readonly drips: number; readonly idles: number }

/** Compiles the attackers. */
export function compileAttackers(program: string): Promise<void> {
  return compile(fileURLToPath(new URL('./attackers.c', import.meta.url)), program)
}

/** Many peers that mean no good, in a process of their own. */
export class Attack {
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
    const args = [host, port, iqn, peers.hogs, peers.drips, peers.idles].map(String)
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const attack = new Attack(child, createInterface({ input: child.stdout }))
    await attack.#next()
    return attack
  }

  /** How many peers the target has not closed by now. */
  async held(): Promise<Peers> {
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

  async #next(): Promise<Peers> {
    const line = once(this.#lines, 'line').then(([text]) => String(text))
    const ended = once(this.#lines, 'close').then(() => undefined)
    const text = await Promise.race([line, ended])
    if (text === undefined) throw new Error(`the attackers have ended: ${this.#error}`)
    return JSON.parse(text) as Peers
  }
}
