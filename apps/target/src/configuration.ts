import {
  ConfigError,
  type Configuration,
  formatProblem,
  parseConfiguration,
  readConfiguration,
  type ServingPlan,
} from '@lunkit/config'
import type { Logger } from './log/logger.ts'
import type { ConfigPath } from './options.ts'
import { missingConfiguration } from './usage.ts'

/** There is no configuration that could be served; `lines` say why, each with its place in the file. */
export class UnusableConfiguration extends Error {
  override readonly name = 'UnusableConfiguration'
  readonly lines: readonly string[]
  /** There is none at all. */
  readonly missing: boolean
  /** There is a file, and it is not even JSON. */
  readonly damaged: boolean

  constructor(lines: readonly string[], { missing = false, damaged = false } = {}) {
    super(lines.join('\n'))
    this.lines = lines
    this.missing = missing
    this.damaged = damaged
  }
}

/** A configuration that was read, and what it means. */
export interface LoadedConfiguration {
  readonly configuration: Configuration
  readonly plan: ServingPlan
}

/** What LIO saves when there is nothing. */
const EMPTY = '{"fabric_modules": [], "storage_objects": [], "targets": []}'

/**
 * Reads the configuration that is to be served. One that is not there is nothing to serve, which is said.
 * @throws {UnusableConfiguration} where it is there and wrong.
 */
export async function loadServed(config: ConfigPath, log: Pick<Logger, 'warn'>): Promise<Configuration> {
  try {
    return await load(config)
  } catch (error) {
    if (!(error instanceof UnusableConfiguration) || !error.missing) throw error
    const { path } = config
    log.warn(
      { event: 'configurationMissing', config: path },
      `${missingConfiguration(path)}. Until then nothing is served; SIGHUP has it read`,
    )
    return parseConfiguration(EMPTY)
  }
}

/**
 * Reads the configuration. Opens nothing that it names.
 * @throws {UnusableConfiguration}
 */
export async function load(config: ConfigPath): Promise<Configuration> {
  const { path } = config
  try {
    return await readConfiguration(path)
  } catch (error) {
    if (error instanceof ConfigError)
      throw new UnusableConfiguration(
        error.problems.map(problem => `${path}: ${formatProblem(problem)}`),
        error,
      )
    if (!isSystemError(error)) throw error
    throw new UnusableConfiguration([whyUnreadable(config, error)], { missing: error.code === 'ENOENT' })
  }
}

function whyUnreadable({ path, named }: ConfigPath, { code, message }: SystemError): string {
  if (code === 'ENOENT' && !named) return missingConfiguration(path)
  const why = SYSTEM_ERRORS[code] ?? message
  return `the configuration ${path} cannot be read: ${why}`
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission is denied to the user that lunkitd runs as',
  EISDIR: 'it is a directory; give the file in it',
}

type SystemError = NodeJS.ErrnoException & { readonly code: string }

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
}
