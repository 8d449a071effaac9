import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type FoundSecret, formatSecretReference, type SecretReference } from '@lunkit/config'
import { askOfEach } from '../files/asked-files.ts'
import { readSecretFile } from './secret-file.ts'

/** systemd.exec(5): where the credentials of a unit are. */
const CREDENTIALS_DIRECTORY = 'CREDENTIALS_DIRECTORY'

const UNREAD: FoundSecret = { secret: undefined, concern: 'nobody has read it' }
const NO_CREDENTIALS: FoundSecret = {
  secret: undefined,
  concern: `there is no $${CREDENTIALS_DIRECTORY}: systemd gives credentials to a unit that has LoadCredential=`,
}

/** The secrets that stand in no configuration, as they were read; they are in memory alone. */
export class SecretBook {
  readonly #directory: string | undefined
  #found = new Map<string, FoundSecret>()

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    this.#directory = environment[CREDENTIALS_DIRECTORY]
  }

  /** What stands at a reference, as it was read. */
  find(reference: SecretReference): FoundSecret {
    return this.#found.get(formatSecretReference(reference)) ?? UNREAD
  }

  /** Reads what was not read yet. */
  async read(references: readonly SecretReference[]): Promise<void> {
    const unread = references.filter(each => !this.#found.has(formatSecretReference(each)))
    for (const [key, found] of await this.#readEach(unread)) this.#found.set(key, found)
  }

  /** Reads all of them again, and forgets others. What says the same is the same object. */
  async reread(references: readonly SecretReference[]): Promise<void> {
    const before = this.#found
    const entries = await this.#readEach(references)
    this.#found = new Map(
      entries.map(([key, found]) => {
        const known = before.get(key)
        return [key, known !== undefined && isDeepStrictEqual(known, found) ? known : found]
      }),
    )
  }

  #readEach(references: readonly SecretReference[]): Promise<[string, FoundSecret][]> {
    const distinct = new Map(references.map(each => [formatSecretReference(each), each]))
    return askOfEach([...distinct], async ([key, reference]) => [key, await this.#readOne(reference)])
  }

  async #readOne(reference: SecretReference): Promise<FoundSecret> {
    if ('file' in reference) return readSecretFile(reference.file, { isExposed: true })
    if (this.#directory === undefined || this.#directory === '') return NO_CREDENTIALS
    // Nobody but the unit gets into that directory.
    return readSecretFile(join(this.#directory, reference.credential), { isExposed: false })
  }
}
