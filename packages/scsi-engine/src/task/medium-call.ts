import {
  type Store,
  StoreEngine,
  type StoreFault,
  StoreRequest,
  type StoreRequestOwner,
} from '@lunkit/backstores/store'
import { type CommandAccount, storePlaces } from '../statistics/command-account.ts'

/** A store operation that somebody waits for with a promise. */
export class MediumCall implements StoreRequestOwner {
  readonly request = new StoreRequest(this)
  readonly #account: CommandAccount | undefined
  #submittedMs = 0
  #ended: ((fault: StoreFault | undefined) => void) | undefined

  /** `account` is that of the command, which is not over before the operation is; what is no command's is not timed. */
  constructor(account?: CommandAccount) {
    this.#account = account
  }

  /** Submits the request; resolves when it has ended. */
  submit(store: Store): Promise<StoreFault | undefined> {
    const account = this.#account
    account?.resumed()
    this.#submittedMs = account?.atMs ?? 0
    this.request.engine = StoreEngine.inline
    if (store.submit(this.request)) {
      account?.storedInPlace(storePlaces[this.request.operation], this.#submittedMs)
      return Promise.resolve(this.request.fault)
    }
    return new Promise(resolve => {
      this.#ended = resolve
    })
  }

  completed(): void {
    this.#account?.stored(storePlaces[this.request.operation], this.request, this.#submittedMs)
    this.#ended?.(this.request.fault)
  }
}
