import type { ChapSecret } from '@lunkit/pdu'
import type { SecretReference } from '../secret-reference.ts'

/** What was found where a secret stands. Whoever finds the same again gives the same object. */
export interface FoundSecret {
  /** Undefined: there is none to have. */
  readonly secret: ChapSecret | undefined
  /** Why there is none, or what is wrong with how it is kept, in words; never what it is. */
  readonly concern?: string
}

/** Knows what stands where a secret does; it was read before anybody asks. */
export type FindSecret = (reference: SecretReference) => FoundSecret

const UNREAD: FoundSecret = { secret: undefined, concern: 'nobody has read it' }

/** Who plans a configuration without reading secrets plans without them. */
export const unreadSecret: FindSecret = () => UNREAD
