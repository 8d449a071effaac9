import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compile } from '../harness/compiler.ts'
import type { Scratch } from '../harness/scratch.ts'

/** The bench's own programs, compiled. */
export type Programs = {
  /** The load generator. */
  readonly load: string
  /** The server of blocks that does as little as can be. */
  readonly plain: string
  /** What keeps cores from going idle. */
  readonly awake: string
}

const loadDirectory = fileURLToPath(new URL('./load/', import.meta.url))
const plainSource = fileURLToPath(new URL('./plain/plain-server.c', import.meta.url))
const awakeSource = fileURLToPath(new URL('./awake/awake.c', import.meta.url))
const flags = ['-O3', '-march=native', '-std=gnu17', '-D_GNU_SOURCE', '-Wextra', '-pthread']

/**
 * Compiles the bench's programs for this machine.
 *
 * @throws Error with the compiler's output, or with the `apt-get install` line when there is no compiler
 */
export async function compilePrograms(scratch: Scratch): Promise<Programs> {
  const programs = {
    load: scratch.path('bench-load'),
    plain: scratch.path('plain-server'),
    awake: scratch.path('awake'),
  }
  const sources = readdirSync(loadDirectory)
    .filter(name => name.endsWith('.c'))
    .map(name => loadDirectory + name)
  await compile(sources, programs.load, flags)
  await compile([plainSource], programs.plain, flags)
  await compile([awakeSource], programs.awake, flags)
  return programs
}
