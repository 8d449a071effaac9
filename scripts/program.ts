import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)
/** Lists of files are long. */
const MOST_PRINTED_BYTES = 64 * 2 ** 20

/** How a program is run. */
export interface ProgramOptions {
  readonly cwd?: string
  /** Beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** The program is ended after this time, in milliseconds. */
  readonly timeoutMs: number
}

/**
 * Runs a program to its end.
 *
 * @returns what it printed on its standard output
 * @throws Error with what it printed on its standard error when it fails, or takes too long
 */
export async function printed(program: string, args: readonly string[], options: ProgramOptions): Promise<string> {
  const { cwd, environment, timeoutMs } = options
  const env = { ...process.env, ...environment }
  const { stdout } = await execute(program, args, { cwd, env, timeout: timeoutMs, maxBuffer: MOST_PRINTED_BYTES })
  return stdout
}
