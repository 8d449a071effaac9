import { LoginStatus, type Offers, type TextPair } from '@lunkit/pdu'
import type { LoginProof } from '../server/login-proof.ts'
import { Authenticator } from './authenticator.ts'
import { LoginRefusal } from './login-refusal.ts'

type Methods = NonNullable<Offers['AuthMethod']>
type Method = Methods[number]

/** The methods of authentication that a login may use, RFC 7143 12.1; of two the initiator has the choice, as with LIO. */
export function methodsOf({ authenticationRequired, credentials }: LoginProof): Methods {
  if (authenticationRequired) return ['CHAP']
  return credentials ? ['CHAP', 'None'] : ['None']
}

/**
 * Refuses who cannot log in whatever it says; `who` says for a message who that is.
 * @throws {LoginRefusal}
 */
export function checkProvable({ authenticationRequired, credentials, refused }: LoginProof, who: () => string): void {
  if (refused !== undefined)
    throw new LoginRefusal(LoginStatus.authorizationFailure, `${who()} may not log in: ${refused}`)
  if (!authenticationRequired || credentials) return
  const reason = `${who()} must authenticate, and has no credentials by which it could`
  throw new LoginRefusal(LoginStatus.authenticationFailure, reason)
}

/** What a login has proved, and must prove yet. */
export class SecurityStage {
  readonly #proof: LoginProof
  #authenticator: Authenticator | undefined

  constructor(proof: LoginProof) {
    this.#proof = proof
  }

  /** Whether the initiator has proved who it is. */
  get proven(): boolean {
    return this.#authenticator?.done === true
  }

  /** Whether the stage must go on: what was begun, or is demanded, is not done. */
  get open(): boolean {
    return !this.proven && (this.#authenticator !== undefined || this.#proof.authenticationRequired)
  }

  /**
   * Takes what came of a method's keys, and the method that was agreed on; answers them.
   * @throws {LoginRefusal} where they belong to no method, or prove nothing.
   */
  take(pairs: readonly TextPair[], method: Method | undefined): TextPair[] {
    const { credentials } = this.#proof
    if (method === 'CHAP' && credentials) this.#authenticator ??= new Authenticator(credentials)
    if (this.#authenticator) return this.#authenticator.take(pairs)
    const [stray] = pairs
    if (!stray) return []
    throw new LoginRefusal(LoginStatus.authenticationFailure, `${stray[0]} belongs to no method agreed on`)
  }

  /**
   * Lets nobody into the operational stage who has not proved what is demanded, RFC 7143 12.
   * @throws {LoginRefusal}
   */
  checkLeft(): void {
    if (!this.open) return
    const reason = 'the operational stage before the authentication that is demanded'
    throw new LoginRefusal(LoginStatus.authenticationFailure, reason)
  }
}
