import { createHmac, randomBytes } from 'node:crypto'
import { compare } from 'bcryptjs'

/** Who asks. */
export const Admission = {
  granted: 'granted',
  refused: 'refused',
  /** Too many others are being looked at. */
  busy: 'busy',
} as const
export type Admission = (typeof Admission)[keyof typeof Admission]

/** So many answers are kept of each kind. */
const MOST_KEPT = 100
/** So many wait while one is looked at, which takes some 70 ms of CPU. */
const MOST_WAITING = 8

const CREDENTIALS = /^Basic +(?<base64>[A-Za-z0-9+/]+=*)$/i

/**
 * Looks at passwords, one at a time. What one came to is kept, so that who comes again costs a hash of SHA-256, rightly or wrongly; what is
 * kept is of no use to anybody: its key dies with the process.
 */
export class BasicAuth {
  readonly #compare: (password: string, hash: string) => Promise<boolean>
  readonly #key = randomBytes(32)
  readonly #granted = new Set<string>()
  readonly #refused = new Set<string>()
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  /** `compared` looks at a password. */
  constructor(compared: (password: string, hash: string) => Promise<boolean> = compare) {
    this.#compare = compared
  }

  /** Whether an `Authorization` is that of one of these users, by their hashes of bcrypt; of no users everybody is. */
  async admits(authorization: string | undefined, users: ReadonlyMap<string, string>): Promise<Admission> {
    const [anyHash] = users.values()
    if (anyHash === undefined) return Admission.granted
    const { base64 } = CREDENTIALS.exec(authorization ?? '')?.groups ?? {}
    if (base64 === undefined) return Admission.refused
    const text = Buffer.from(base64, 'base64').toString()
    const colon = text.indexOf(':')
    if (colon < 0) return Admission.refused
    const [name, password] = [text.slice(0, colon), text.slice(colon + 1)]
    // Who is not known takes as long as who is.
    return this.#kept({ hash: users.get(name), elseHash: anyHash, name, password })
  }

  async #kept({ hash, elseHash, name, password }: Claim): Promise<Admission> {
    const parts = [name, hash ?? '', password].map(part => `${part.length}:${part}`)
    const key = createHmac('sha256', this.#key).update(parts.join('')).digest('base64')
    if (this.#granted.has(key)) return Admission.granted
    if (this.#refused.has(key)) return Admission.refused
    if (this.#waiting >= MOST_WAITING) return Admission.busy
    const isRight = (await this.#inTurn(() => this.#compare(password, hash ?? elseHash))) && hash !== undefined
    keep(isRight ? this.#granted : this.#refused, key)
    return isRight ? Admission.granted : Admission.refused
  }

  async #inTurn(look: () => Promise<boolean>): Promise<boolean> {
    this.#waiting++
    const looked = this.#last.then(look)
    this.#last = looked.catch(() => undefined)
    return looked.finally(() => this.#waiting--)
  }
}

/** What somebody says to be. */
interface Claim {
  /** Undefined: nobody of that name is known. */
  readonly hash: string | undefined
  readonly elseHash: string
  readonly name: string
  readonly password: string
}

/** The oldest goes. */
function keep(kept: Set<string>, key: string): void {
  const [oldest] = kept
  if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest)
  kept.add(key)
}
