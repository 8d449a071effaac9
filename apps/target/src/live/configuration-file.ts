import { type Configuration, type Generation, Generations, parseConfiguration, saveConfiguration } from '@lunkit/config'
import { loadServed, UnusableConfiguration } from '../configuration.ts'
import type { Logger } from '../log/logger.ts'
import type { ConfigPath } from '../options.ts'
import { whyOf } from '../why.ts'

/** What is served stands in no file. */
export class NoConfigurationFile extends Error {
  override readonly name = 'NoConfigurationFile'

  constructor() {
    super('what is served stands in no file; right is to start lunkitd with a configuration')
  }
}

/** What the file was before. */
interface LastGood {
  readonly generation: Generation
  readonly configuration: Configuration
}

/** The file that lunkitd's configuration stands in, and what it was before. */
export class ConfigurationFile {
  readonly #config: ConfigPath
  readonly #log: Pick<Logger, 'warn' | 'error'>
  /** What it was before. */
  readonly generations: Generations
  #fallbacks = 0

  constructor(config: ConfigPath, log: Pick<Logger, 'warn' | 'error'>) {
    this.#config = config
    this.#log = log
    this.generations = new Generations(config.path)
  }

  /** Where it is. */
  get path(): string {
    return this.#config.path
  }

  /** How often what it was before was served in its place. */
  get fallbacks(): number {
    return this.#fallbacks
  }

  /**
   * What stands in it; where there is none, nothing.
   * @throws {UnusableConfiguration} where it is there and wrong.
   */
  read(): Promise<Configuration> {
    return loadServed(this.#config, this.#log)
  }

  /** The same for who only looks: that there is none is not said. @throws {UnusableConfiguration} as `read` does. */
  look(): Promise<Configuration> {
    return loadServed(this.#config, { warn: () => {} })
  }

  /**
   * The same at a start, where what is damaged would leave nothing to serve: the newest of what it was before that can be served is
   * served instead, which is said.
   */
  async readAtStart(): Promise<Configuration> {
    try {
      return await this.read()
    } catch (error) {
      const last = error instanceof UnusableConfiguration && error.damaged ? await this.#lastGood() : undefined
      if (last === undefined) throw error
      this.#fallbacks++
      const { path } = this.#config
      const facts = { err: error, config: path, generation: last.generation.path }
      const until = last.generation.replacedAt.toISOString()
      this.#log.error(
        { event: 'configurationOfBefore', ...facts },
        `${whyOf(error)}. Served is what stood in ${path} until ${until}, which is kept in ${last.generation.path}; the file stays as it is until it is saved by force`,
      )
      return last.configuration
    }
  }

  async #lastGood(): Promise<LastGood | undefined> {
    for (const generation of await this.generations.list().catch(() => [])) {
      const configuration = await this.generations
        .read(generation)
        .then(parseConfiguration)
        .catch(() => undefined)
      if (configuration !== undefined) return { generation, configuration }
    }
    return undefined
  }

  /**
   * Writes it; it is on the disk when this resolves, with what it was before, if that could be kept. Rejects with the file system's
   * error.
   */
  async save(configuration: Configuration): Promise<Generation | undefined> {
    const before = await this.#keep()
    await saveConfiguration(this.path, configuration)
    return before
  }

  async #keep(): Promise<Generation | undefined> {
    const { path, generations } = this
    try {
      await generations.keep()
      const [newest] = await generations.list()
      return newest
    } catch (error) {
      this.#log.warn(
        { event: 'generationNotKept', err: error, config: path },
        `what ${path} was before could not be kept: ${whyOf(error)}`,
      )
      return undefined
    }
  }
}
