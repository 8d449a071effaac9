import { type ChapAlgorithm, ChapSecret, chapAlgorithms } from '@lunkit/pdu'
import { arrayOf, checkOptions, flag, object, oneOf, required, text } from '@lunkit/wire'

/** A name with the secret that proves it. */
export interface ChapIdentity {
  /** CHAP_N. */
  readonly name: string
  readonly secret: ChapSecret
}

/** How two sides prove to each other who they are, RFC 7143 12.1.3: what the initiator must know, and what the target knows. */
export interface TargetCredentials extends ChapIdentity {
  /** By what the target proves itself where the initiator asks for it; left out, it cannot. */
  readonly mutual?: ChapIdentity
  /** Whether an initiator that does not ask for it is refused; false when left out. */
  readonly mutualRequired?: boolean
  /** The hashes that may be used; all when left out. */
  readonly algorithms?: readonly ChapAlgorithm[]
}

/** What a login must prove. */
export interface LoginProof {
  /** The initiator must prove who it is. Where it has no credentials it cannot, and is refused. */
  readonly authenticationRequired: boolean
  /** By what it proves that, where it must, or offers to. */
  readonly credentials?: TargetCredentials
  /** Why it is refused whatever it proves, in words. */
  readonly refused?: string
}

const ALGORITHMS = arrayOf(oneOf(chapAlgorithms.map(({ algorithm }) => algorithm)))
/** One that could not be said, or told from another by whoever reads a log. */
const NAME = text(
  'a text of 1 to 255 bytes without control characters',
  name => name !== '' && Buffer.byteLength(name) <= 255 && !/\p{Cc}/u.test(name),
)
const IDENTITY = {
  name: required(NAME),
  secret: required(object('a ChapSecret', secret => secret instanceof ChapSecret)),
}
const FIELDS = {
  ...IDENTITY,
  mutual: object('an object: { name, secret }', mutual => isRight('mutual', mutual, IDENTITY)),
  mutualRequired: flag,
  algorithms: { ...ALGORITHMS, has: (list: readonly unknown[]) => list.length > 0 && ALGORITHMS.has(list as never) },
}
const isRight = (name: string, value: object, domains: typeof IDENTITY): boolean => {
  checkOptions(`credentials: ${name}`, value, domains)
  return true
}

/** Credentials of CHAP. */
export const CREDENTIALS = object('an object: { name, secret }', credentials => {
  checkOptions('credentials', credentials, FIELDS)
  return true
})

const PROOF = { authenticationRequired: required(flag), credentials: CREDENTIALS, refused: text() }

/** @throws {TypeError} or {RangeError} for what cannot be proved. */
export const checkLoginProof = (where: string, proof: unknown): void => checkOptions(where, proof, PROOF)

/** What a login must prove. */
export const LOGIN_PROOF = object('an object: { authenticationRequired }', proof => {
  checkLoginProof('a proof', proof)
  return true
})

/** A name is all that is asked for. */
export const OPEN_PROOF: LoginProof = { authenticationRequired: false }
