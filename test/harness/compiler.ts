import { succeed } from './outcome.ts'
import { findTool, requireFile } from './tool.ts'

const compileTimeoutMs = 60_000

/**
 * Compiles a C program.
 *
 * @param options what the compiler is told on top: flags, or libraries
 *
 * @throws Error with the compiler's output, or with the `apt-get install` line when there is no compiler
 */
export async function compile(
  sources: string | readonly string[],
  program: string,
  options: readonly string[] = [],
): Promise<void> {
  requireFile('/usr/include/stdio.h', 'libc6-dev')
  const args = ['-O2', '-Wall', '-o', program, ...[sources].flat(), ...options]
  await succeed(findTool('gcc'), args, { timeoutMs: compileTimeoutMs })
}
