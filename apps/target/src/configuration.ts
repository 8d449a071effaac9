import { ConfigError, formatProblem, planServing, readConfiguration, type ServingPlan } from '@lunkit/config'
import type { ConfigPath } from './options.ts'
import { missingConfiguration } from './usage.ts'

/** There is no configuration that could be served; `lines` say why, each with its place in the file. */
export class UnusableConfiguration extends Error {
  override readonly name = 'UnusableConfiguration'
  readonly lines: readonly string[]

  constructor(lines: readonly string[]) {
    super(lines.join('\n'))
    this.lines = lines
  }
}

/**
 * Reads the configuration and finds out what it means. Opens nothing that it names.
 * @throws {UnusableConfiguration}
 */
export async function loadPlan(config: ConfigPath): Promise<ServingPlan> {
  const { path } = config
  try {
    return planServing(await readConfiguration(path))
  } catch (error) {
    if (error instanceof ConfigError)
      throw new UnusableConfiguration(error.problems.map(problem => `${path}: ${formatProblem(problem)}`))
    throw new UnusableConfiguration([whyUnreadable(config, error)])
  }
}

function whyUnreadable({ path, named }: ConfigPath, error: unknown): string {
  if (!isSystemError(error)) throw error
  if (error.code === 'ENOENT' && !named) return missingConfiguration(path)
  const why = SYSTEM_ERRORS[error.code] ?? error.message
  return `the configuration ${path} cannot be read: ${why}`
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission is denied to the user that lunkitd runs as',
  EISDIR: 'it is a directory; give the file in it',
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
}
