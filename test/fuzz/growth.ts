import { readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Finding, FindingKind } from './finding.ts'

const MIB = 1024 * 1024
/** What the corpus, compiled code and the like may take beyond the first look. */
const ALLOWED_BYTES = 160 * MIB
const ALLOWED_HANDLES = 8

interface Size {
  readonly bytes: number
  readonly handles: number
}

/** Whether the process grows while cases run: memory that is reached, and what it has open. */
export class Growth {
  readonly #collect: () => void
  #first: Size | undefined

  constructor() {
    setFlagsFromString('--expose-gc')
    this.#collect = runInNewContext('gc') as () => void
  }

  #now(): Size {
    this.#collect()
    const { heapUsed, external } = process.memoryUsage()
    return { bytes: heapUsed + external, handles: readdirSync('/proc/self/fd').length }
  }

  /** Looks; the first look is what later ones are compared with. @throws {Finding} where the process has grown. */
  check(): Size {
    const now = this.#now()
    this.#first ??= now
    const { bytes, handles } = this.#first
    if (now.bytes > bytes + ALLOWED_BYTES)
      throw new Finding(FindingKind.grew, `from ${Math.round(bytes / MIB)} MiB to ${Math.round(now.bytes / MIB)} MiB`)
    if (now.handles > handles + ALLOWED_HANDLES)
      throw new Finding(FindingKind.grew, `from ${handles} open files and sockets to ${now.handles}`)
    return now
  }
}
