import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Programs } from '../programs.ts'
import { ContenderName } from '../rows.ts'
import type { BenchStore } from './bench-store.ts'
import type { Contender } from './contender.ts'

/** Starts the plain server: on the store's file, or as an echo when it has none. */
export async function startPlain(programs: Programs, store: BenchStore): Promise<Contender> {
  const args = [String(store.sizeBytes), ...(store.path === undefined ? [] : [store.path])]
  const child = spawn(programs.plain, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  const lines = createInterface({ input: child.stdout })
  const port = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    closed.then(([code]) => Promise.reject(new Error(`plain-server ended with ${String(code)} at start`))),
  ])
  return {
    name: store.path === undefined ? ContenderName.echo : ContenderName.plain,
    store,
    reach: ['--plain', '--port', port, '--store-bytes', String(store.sizeBytes)],
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGKILL')
      await closed
    },
  }
}
