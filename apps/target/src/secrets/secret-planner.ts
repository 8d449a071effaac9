import { type Configuration, Planner, type ServingPlan, secretReferences } from '@lunkit/config'
import { SecretBook } from './secret-book.ts'

/** Plans configurations one after another, with the secrets that stand elsewhere. */
export class SecretPlanner {
  readonly #book: SecretBook
  readonly #planner: Planner

  constructor(book = new SecretBook()) {
    this.#book = book
    this.#planner = new Planner(reference => book.find(reference))
  }

  /** Secrets that were read stay what they were, unless they are to be read again. */
  async plan(configuration: Configuration, { rereads = false } = {}): Promise<ServingPlan> {
    const references = secretReferences(configuration)
    if (rereads) await this.#book.reread(references)
    else await this.#book.read(references)
    return this.#planner.plan(configuration)
  }
}
