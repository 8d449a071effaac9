import { type ChapAlgorithmRow, chapAlgorithms } from '@lunkit/pdu'
import { arrayOf, checkArgument, checkOptions, object, oneOf, required, shownValue, text } from '@lunkit/wire'

/** A name, and the secret by which who has it is known. */
export interface ChapCredentials {
  /** CHAP_N, 1 to 255 bytes of UTF-8. */
  readonly user: string
  /** 1 to 1024 bytes; a text is its UTF-8. RFC 7143 9.2.1 asks for 12 bytes or more, all of them random. */
  readonly secret: string | Uint8Array
}

/** The hashes of CHAP by the names that open-iscsi has for them. */
export type ChapAlgorithmName = ChapAlgorithmRow['name']

/** How an initiator and a target show each other who they are: CHAP, RFC 7143 12.1.3. */
export interface ChapOptions extends ChapCredentials {
  /** What the target has to show in its turn; without it, it shows nothing. The secret must be another one. */
  readonly mutual?: ChapCredentials
  /** Which hashes are offered, the most wanted first; when left out all of them, the strongest first. */
  readonly algorithms?: readonly ChapAlgorithmName[]
}

/** A party whose secret is bytes. */
interface ChapParty {
  readonly user: string
  readonly secret: Uint8Array
}

/** @internal What an exchange of CHAP has to keep to. */
export interface ChapTerms {
  readonly initiator: ChapParty
  readonly target: ChapParty | undefined
  readonly algorithms: readonly ChapAlgorithmRow[]
}

/** RFC 7143 6.1: the longest value of a text key, in bytes. */
const USER_BYTES = 255
const SECRET_BYTES = 1024

const USER = required(text(`a name of 1 to ${USER_BYTES} bytes, without a zero byte`, user => isName(user)))
const isName = (user: string): boolean =>
  user !== '' && Buffer.byteLength(user) <= USER_BYTES && !user.includes('\0') && user.isWellFormed()

const ALGORITHM_NAMES = chapAlgorithms.map(({ name }) => name)
const CREDENTIALS = '{ user, secret }'
const RIGHT_SECRET = `a text or a Uint8Array, of 1 to ${SECRET_BYTES} bytes`

const CHAP = {
  user: USER,
  mutual: object(CREDENTIALS),
  algorithms: arrayOf(oneOf(ALGORITHM_NAMES)),
}

/**
 * Checks what a login is to be authenticated with; nothing that it says has a secret in it.
 * @throws {TypeError} or {RangeError} for what is wrong, by the name of the option.
 */
export function checkChapOptions(name: string, options: unknown): void {
  const { secret, ...others } = checkedObject(name, options, '{ user, secret, mutual, algorithms }')
  checkSecret(`${name}: secret`, secret)
  const { mutual } = others as Partial<ChapOptions>
  if (mutual !== undefined) checkCredentials(`${name}: mutual`, mutual)
  checkOptions(name, others, CHAP)
  const { algorithms } = others as Partial<ChapOptions>
  if (algorithms?.length === 0) throw new RangeError(`${name}: algorithms is empty; right is one or more`)
  if (new Set(algorithms).size !== (algorithms?.length ?? 0))
    throw new RangeError(`${name}: algorithms has one twice; right is each once`)
  if (mutual !== undefined && sameSecret(secret, mutual.secret))
    throw new RangeError(`${name}: mutual: secret is the initiator's; RFC 7143 9.2.1 wants another one for the target`)
}

function checkCredentials(name: string, credentials: unknown): void {
  const { secret, ...others } = checkedObject(name, credentials, CREDENTIALS)
  checkSecret(`${name}: secret`, secret)
  checkOptions(name, others, { user: USER })
}

/** An object, or what is said has the type of the value and not the value, which may be a secret. */
function checkedObject(name: string, value: unknown, right: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) checkArgument(name, value, object(right))
  else throw new TypeError(`${name} is ${typed(value)}; right is ${right}`)
  return value as Record<string, unknown>
}

function checkSecret(name: string, secret: unknown): asserts secret is string | Uint8Array {
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array))
    throw new TypeError(`${name} is ${typed(secret)}; right is ${RIGHT_SECRET}`)
  const { length } = bytesOf(secret)
  if (length < 1 || length > SECRET_BYTES) throw new RangeError(`${name} has ${length} bytes; right is ${RIGHT_SECRET}`)
}

const typed = (value: unknown): string =>
  value === null || value === undefined || typeof value === 'function'
    ? shownValue(value)
    : `a value of type ${typeof value}`

const bytesOf = (secret: string | Uint8Array): Uint8Array =>
  typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret

const sameSecret = (one: string | Uint8Array, other: string | Uint8Array): boolean =>
  Buffer.from(bytesOf(one)).equals(bytesOf(other))

/** @internal What checked options come to. */
export function chapTerms({ user, secret, mutual, algorithms = ALGORITHM_NAMES }: ChapOptions): ChapTerms {
  return {
    initiator: { user, secret: bytesOf(secret) },
    target: mutual && { user: mutual.user, secret: bytesOf(mutual.secret) },
    algorithms: algorithms.flatMap(wanted => chapAlgorithms.find(({ name }) => name === wanted) ?? []),
  }
}
