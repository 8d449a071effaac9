import { type LoginRequest, LoginResponse, type LoginStage } from '@lunkit/pdu'
import type { View } from '@lunkit/wire'
import type { Outbox } from '../connection/outbox.ts'
import type { LoginRefusal } from './login-refusal.ts'

type LoginView = View<typeof LoginRequest.fields>

/** What an answer repeats of the Login Request that it answers. */
export type LoginRequestPlace = Pick<LoginView, 'isid' | 'tsih' | 'initiatorTaskTag'>

/** What a Login Response says beside its text. */
interface Progress {
  /** The stage that follows, where the login moves on. */
  readonly next?: LoginStage
  /** Whether more of the text follows. */
  readonly continues?: boolean
}

/** The Login Responses of a login, RFC 7143 11.13, but for its last. */
export class LoginResponses {
  readonly #outbox: Outbox

  constructor(outbox: Outbox) {
    this.#outbox = outbox
  }

  send(view: LoginView, text: Uint8Array, { next, continues = false }: Progress = {}): void {
    const out = this.#outbox.answer(LoginResponse)
    out.transit = next !== undefined
    out.continues = continues
    out.currentStage = view.currentStage
    if (next !== undefined) out.nextStage = next
    out.isid = view.isid
    out.tsih = view.tsih
    out.initiatorTaskTag = view.initiatorTaskTag
    this.#outbox.endWith(text)
  }

  /** RFC 7143 11.13.5: no number means anything in a refusal. */
  refuse({ isid, tsih, initiatorTaskTag }: LoginRequestPlace, { status, text }: LoginRefusal): void {
    const out = this.#outbox.begin(LoginResponse)
    out.isid = isid
    out.tsih = tsih
    out.initiatorTaskTag = initiatorTaskTag
    out.status = status
    this.#outbox.endWith(text)
  }
}
