import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** Cores that do not go idle until this is disposed of, or its process ends. */
export interface AwakeCores extends AsyncDisposable {
  readonly pid: number
}

/**
 * Keeps this machine's cores from going idle; whoever wants one has it at once. `program` is awake.c, compiled.
 *
 * @throws Error when it ends before the cores are awake
 */
export async function keepAwake(program: string): Promise<AwakeCores> {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    closed.then(([code]) => Promise.reject(new Error(`awake ended with ${String(code)} at start`))),
  ])
  return {
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await closed
    },
  }
}
