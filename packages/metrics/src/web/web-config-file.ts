import { stampsOf } from './file-stamps.ts'
import type { WebConfig } from './web-config.ts'
import { WebConfigError } from './web-config-error.ts'
import { configOf, filesOf, readDocument } from './web-config-reading.ts'

/** What was read, of which files, and what those were like then. */
interface Read {
  readonly paths: readonly string[]
  readonly stamps: string
  readonly outcome: WebConfig | WebConfigError
}

/** A web configuration in a file: it is read again when that, or a file that it names, has changed. */
export class WebConfigFile {
  readonly #path: string
  readonly #tell: (line: string) => void
  #read: Read | undefined
  #reading: Promise<Read> | undefined

  /** `tell` is told when it can be used no more, and when it can again. */
  constructor(path: string, tell: (line: string) => void) {
    this.#path = path
    this.#tell = tell
  }

  /** As it is now; costs a look at each file. @throws {WebConfigError} where it cannot be used. */
  async current(): Promise<WebConfig> {
    this.#reading ??= this.#look().finally(() => {
      this.#reading = undefined
    })
    const { outcome } = await this.#reading
    if (outcome instanceof WebConfigError) throw outcome
    return outcome
  }

  async #look(): Promise<Read> {
    const before = this.#read
    if (before !== undefined && (await stampsOf(before.paths)) === before.stamps) return before
    const read = await this.#readAnew()
    this.#read = read
    if (before !== undefined) this.#tellChange(before.outcome, read.outcome)
    return read
  }

  async #readAnew(): Promise<Read> {
    let paths = [this.#path]
    // Before it is read: what changes meanwhile is read again.
    let stamps = await stampsOf(paths)
    try {
      const document = await readDocument(this.#path)
      paths = [this.#path, ...filesOf(this.#path, document)]
      stamps = [stamps, await stampsOf(paths.slice(1))].filter(Boolean).join('\n')
      return { paths, stamps, outcome: await configOf(this.#path, document) }
    } catch (error) {
      if (!(error instanceof WebConfigError)) throw error
      return { paths, stamps, outcome: error }
    }
  }

  #tellChange(before: Read['outcome'], now: Read['outcome']): void {
    if (now instanceof WebConfigError) {
      if (!(before instanceof WebConfigError) || before.message !== now.message)
        this.#tell(`nobody is let in until this is mended: ${now.message}`)
    } else this.#tell(`the web configuration ${this.#path} was read again`)
  }
}
