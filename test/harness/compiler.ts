import { succeed } from './outcome.ts'
import { findTool, requireFile } from './tool.ts'

const compileTimeoutMs = 60_000

/**
 * Compiles a C program of one file.
 *
 * @throws Error with the compiler's output, or with the `apt-get install` line when there is no compiler
 */
export async function compile(source: string, program: string, libraries: readonly string[] = []): Promise<void> {
  requireFile('/usr/include/stdio.h', 'libc6-dev')
  const args = ['-O2', '-Wall', '-o', program, source, ...libraries]
  await succeed(findTool('gcc'), args, { timeoutMs: compileTimeoutMs })
}
