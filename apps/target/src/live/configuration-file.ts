import { type Configuration, Generations, saveConfiguration } from '@lunkit/config'
import type { Logger } from 'pino'
import { type LoadedConfiguration, loadServed } from '../configuration.ts'
import type { ConfigPath } from '../options.ts'
import { whyOf } from '../why.ts'

/** The file that lunkitd's configuration stands in, and what it was before. */
export class ConfigurationFile {
  readonly #config: ConfigPath
  readonly #log: Pick<Logger, 'warn'>
  readonly #generations: Generations

  constructor(config: ConfigPath, log: Pick<Logger, 'warn'>) {
    this.#config = config
    this.#log = log
    this.#generations = new Generations(config.path)
  }

  /**
   * What stands in it; where there is none, nothing.
   * @throws {UnusableConfiguration} where it is there and wrong.
   */
  read(): Promise<LoadedConfiguration> {
    return loadServed(this.#config, this.#log)
  }

  /** Writes it; it is on the disk when this resolves. What it was is kept, if it can be. Rejects with the file system's error. */
  async save(configuration: Configuration): Promise<void> {
    const { path } = this.#config
    try {
      await this.#generations.keep()
    } catch (error) {
      this.#log.warn({ err: error, config: path }, `what ${path} was before could not be kept: ${whyOf(error)}`)
    }
    await saveConfiguration(path, configuration)
  }
}
