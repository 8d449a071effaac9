import { fileURLToPath } from 'node:url'
import { succeed } from './outcome.ts'

const program = fileURLToPath(new URL('../../node_modules/.bin/lunkit', import.meta.url))
const timeoutMs = 60_000

/**
 * Gives a line to the lunkitd whose control socket is in a directory.
 *
 * @returns what lunkit printed
 * @throws Error where it refused
 */
export async function lunkit(directory: string, ...words: readonly string[]): Promise<string> {
  const env = { LUNKIT_CONTROL: `${directory}/control.sock` }
  const { stdout } = await succeed(program, words, { timeoutMs, env })
  return stdout.trim()
}
