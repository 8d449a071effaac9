import type { ChapAlgorithm, ChapSecret } from '@lunkit/pdu'

/** A name with the secret that proves it. */
export interface IdentityPlan {
  readonly name: string
  readonly secret: ChapSecret
}

/** Credentials of CHAP: the initiator's, and the target's own where it can prove itself. */
export interface CredentialsPlan extends IdentityPlan {
  readonly mutual: IdentityPlan | undefined
  /** The hashes that may be used; left out: all. */
  readonly algorithms?: readonly ChapAlgorithm[]
  /** Whether who does not ask the target to prove itself is refused; left out: it is not. */
  readonly mutualRequired?: boolean
}

/** What a login must prove. */
export interface ProofPlan {
  /** Whether CHAP is demanded. */
  readonly required: boolean
  /** Undefined: there are none, so that nobody can prove anything. */
  readonly credentials: CredentialsPlan | undefined
}

/** How logins go. */
export interface LoginPlan {
  readonly proof: ProofPlan
  /** Why all of them are refused; undefined: they are not. */
  readonly refused: string | undefined
}

/** Nothing is asked for. */
export const OPEN: ProofPlan = { required: false, credentials: undefined }
/** Nobody is refused. */
export const FREE: LoginPlan = { proof: OPEN, refused: undefined }
