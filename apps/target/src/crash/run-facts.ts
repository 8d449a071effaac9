import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isJsonObject, type Json } from '@lunkit/config'

/** A run of lunkitd, as it is noted at its start. */
export interface RunFacts {
  readonly pid: number
  readonly version: string
  readonly node: string
  readonly since: string
  /** Of the machine: another one after each of its starts; empty where nobody knows. */
  readonly boot: string
  readonly configuration: ConfigurationFacts | null
}

/** A configuration file, without what stands in it. */
export interface ConfigurationFacts {
  readonly path: string
  readonly sizeBytes: number
  readonly modified: string
  /** Hex digits of SHA-256; by it two reports tell whether it was the same. */
  readonly sha256: string
}

/** What a configuration file is now; null where there is none. */
export function configurationFacts(path: string | undefined): ConfigurationFacts | null {
  if (path === undefined) return null
  try {
    const { size: sizeBytes, mtime } = statSync(path)
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
    return { path, sizeBytes, modified: mtime.toISOString(), sha256 }
  } catch {
    return null
  }
}

/** Which start of the machine this is. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

/** What names a run, at the beginning of the names of its reports: in the order of time. */
export const runName = ({ since, pid }: Pick<RunFacts, 'since' | 'pid'>): string =>
  `${since.replaceAll(':', '-').replace(/\.\d+Z$/, 'Z')}-${pid}`

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

/** The facts in what was noted; undefined where they cannot be found. */
export function noted(text: string): (RunFacts & { readonly lastLines: readonly string[] }) | undefined {
  try {
    const read = JSON.parse(text) as Json
    if (!isJsonObject(read)) return undefined
    const { pid, since, version, node, boot, configuration = null, lastLines } = read
    if (typeof pid !== 'number' || typeof since !== 'string' || Number.isNaN(Date.parse(since))) return undefined
    return {
      pid,
      since: new Date(since).toISOString(),
      version: textOf(version),
      node: textOf(node),
      boot: textOf(boot),
      configuration: configuration as unknown as ConfigurationFacts | null,
      lastLines: Array.isArray(lastLines) ? lastLines.map(String) : [],
    }
  } catch {
    return undefined
  }
}
