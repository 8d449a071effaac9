import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { PowerHostAddress, PowerHostStart } from './power-host-process.ts'

const program = fileURLToPath(new URL('power-host-process.ts', import.meta.url))

/** A program that serves disks with `createTarget`, until its power fails. */
export class PowerHost {
  readonly address: PowerHostAddress
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, address: PowerHostAddress) {
    this.#child = child
    this.address = address
  }

  /** @throws {Error} when it ends before it serves */
  static async start(
    start: PowerHostStart,
    { environment, imports = [] }: { environment: Readonly<Record<string, string>>; imports?: readonly string[] },
  ): Promise<PowerHost> {
    const args = ['--conditions=source', ...imports.flatMap(each => ['--import', each]), program, JSON.stringify(start)]
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...environment },
    })
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`what serves the disks ended with ${String(code ?? signal)} before it served them`)
    })
    const [address] = (await Promise.race([once(child, 'message'), ended])) as [PowerHostAddress]
    ended.catch(() => {})
    return new PowerHost(child, address)
  }

  /** Ends it; resolves with its exit code, or the signal that ended it. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string | null> {
    const ended = once(this.#child, 'exit') as Promise<[number | null, string | null]>
    this.#child.kill(signal)
    const [code, by] = await ended
    return code ?? by
  }
}
