import { portalText, toldPortal } from './address.ts'
import type { PortalOptions } from './connect-options.ts'
import { AuthenticationError, ConnectionError, LoginError, ProtocolError, TimeoutError } from './error.ts'
import { ISCSI_PORT, REDIRECTIONS } from './limits.ts'
import type { Redirection } from './login.ts'
import type { Session } from './session.ts'
import type { TcpAddress } from './tcp.ts'

/** @internal Where options lead. */
export const portalOf = ({ host, port = ISCSI_PORT }: PortalOptions): TcpAddress => ({ host, port })

/** @internal Logs in at one place. */
export type LoginAt = (place: PortalOptions) => Promise<Session | Redirection>

/** The way of a login from portal to portal. */
class Way {
  readonly #options: PortalOptions
  readonly #names: string[] = []
  #places: readonly TcpAddress[]
  /** Where the login was tried last. */
  #at: TcpAddress
  #hops = 0

  constructor(options: PortalOptions) {
    this.#options = options
    this.#at = portalOf(options)
    this.#places = [this.#at]
  }

  /** Logs in at the first of the places that answers; a refusal is an answer. */
  async login(loginAt: LoginAt): Promise<Session | Redirection> {
    for (const [index, place] of this.#places.entries()) {
      this.#at = place
      this.#names.push(portalText(place))
      try {
        return await loginAt({ ...this.#options, ...place })
      } catch (error) {
        if (index === this.#places.length - 1 || !isUnanswered(error)) throw error
      }
    }
    throw new ConnectionError('the login was redirected nowhere')
  }

  /** @throws {ConnectionError} where the way has no end. {ProtocolError} for an address that is none. */
  goOn({ redirectedTo, permanent }: Redirection): void {
    if (this.#hops === REDIRECTIONS)
      throw new ConnectionError(`the login was redirected more than ${REDIRECTIONS} times`)
    this.#hops++
    const from = this.#at
    const to = redirectedTo.map(address => {
      const { host, port } = toldPortal(address, from.host)
      return { host, port }
    })
    const fresh = to.filter(place => !this.#names.includes(portalText(place)))
    if (fresh.length === 0)
      throw new ConnectionError(
        `the login was redirected in a circle: ${[...this.#names, ...to.map(portalText)].join(', ')}`,
      )
    this.#places = fresh
    this.#options.listener?.redirected?.({ from, to: fresh, permanent })
  }
}

const ANSWERS = [LoginError, AuthenticationError, ProtocolError]

/** @internal Nobody is there, or nobody who says anything: another address, or another time, may lead to somebody. */
export function isUnanswered(error: unknown): boolean {
  if (ANSWERS.some(kind => error instanceof kind)) return false
  return error instanceof ConnectionError || error instanceof TimeoutError
}

/** @internal Logs in, wherever the target sends the login, as far as `REDIRECTIONS` and never to the same place twice. */
export async function follow(options: PortalOptions, loginAt: LoginAt): Promise<Session> {
  const way = new Way(options)
  for (;;) {
    const outcome = await way.login(loginAt)
    if (!('redirectedTo' in outcome)) return outcome
    way.goOn(outcome)
  }
}
