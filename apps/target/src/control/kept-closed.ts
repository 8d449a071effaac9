import { formatPortal, normalizeIscsiName, parsePortal, parseRedirectionAddress } from '@lunkit/config'
import type { ArrivingLogin, KeptOut, SessionDescription } from 'lunkit'

/** What a login or a session is for; all that is given has to be true of it. */
export interface DrainPlace {
  readonly target?: string | undefined
  readonly tag?: number | undefined
  /** As 192.0.2.1:3260; one that stands for every address has all that came to its port. */
  readonly portal?: string | undefined
  readonly initiator?: string | undefined
}

/** A place that nobody may log in to for a while. */
export interface Closure {
  readonly place: DrainPlace
  readonly since: Date
  /** Undefined: until it is opened. */
  readonly until: Date | undefined
  readonly reason: string | undefined
  /** Where logins are sent meanwhile. */
  readonly elsewhere: string | undefined
}

type Portal = SessionDescription['local']

const name = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : normalizeIscsiName(text)

const cameTo = (local: Portal, { host, port }: Portal): boolean =>
  local.port === port &&
  (host === '::' ||
    (host === '0.0.0.0' && !local.host.includes(':')) ||
    formatPortal(local) === formatPortal({ host, port }))

/** Tells whether a place has a login, or a session, in it. */
export function placeHas(place: DrainPlace): (login: ArrivingLogin) => boolean {
  const [target, initiator] = [name(place.target), name(place.initiator)]
  const at = place.portal === undefined ? undefined : parsePortal(place.portal)
  return login =>
    (target === undefined || normalizeIscsiName(login.targetName) === target) &&
    (place.tag === undefined || login.targetPortalGroupTag === place.tag) &&
    (at === undefined || cameTo(login.portal, at)) &&
    (initiator === undefined || normalizeIscsiName(login.initiatorName) === initiator)
}

const portalOf = (text: string | undefined): string | undefined => {
  const portal = text === undefined ? undefined : parsePortal(text)
  return portal === undefined ? text : formatPortal(portal)
}

/** The path of a place in the tree; a portal of whatever target stands for itself. */
export function pathOfPlace({ target, tag, portal, initiator }: DrainPlace): string {
  const at = portalOf(portal)
  const group = target === undefined ? '/iscsi' : `/iscsi/${name(target)}${tag === undefined ? '' : `/tpg${tag}`}`
  if (initiator !== undefined) return `${group}/acls/${name(initiator)}`
  if (at === undefined) return group
  return target === undefined ? at : `${group}/portals/${at}`
}

const isOver = ({ until }: Closure, now: number): boolean => until !== undefined && until.getTime() <= now

/**
 * What is kept closed after a drain, of which a lunkitd that is started again knows nothing: a host that was forgotten so would stay away for good.
 * What is to last stands in the configuration (`disable`, `redirect`).
 */
export class KeptClosed {
  readonly #closures = new Map<string, Closure>()

  /** In the place of what was closed there before. */
  close(closure: Closure): void {
    this.#closures.set(pathOfPlace(closure.place), closure)
  }

  /** Opens a place, or all of them; how many there were. */
  open(place: DrainPlace): number {
    const before = this.all
    const path = pathOfPlace(place)
    const isAll = Object.values(place).every(part => part === undefined)
    for (const key of [...this.#closures.keys()]) if (isAll || key === path) this.#closures.delete(key)
    return before.length - this.all.length
  }

  /** What is closed now. */
  get all(): readonly Closure[] {
    const now = Date.now()
    for (const [key, closure] of this.#closures) if (isOver(closure, now)) this.#closures.delete(key)
    return [...this.#closures.values()]
  }

  /** Why a login is kept out; undefined: it is not. */
  keptOut(login: ArrivingLogin): KeptOut | undefined {
    if (this.#closures.size === 0) return undefined
    const found = this.all.find(({ place }) => placeHas(place)(login))
    if (found === undefined) return undefined
    const elsewhere = found.elsewhere === undefined ? undefined : parseRedirectionAddress(found.elsewhere)
    return { reason: closedWords(found), ...(elsewhere && { elsewhere }) }
  }
}

/** `is drained until ...: why`. */
export function closedWords({ until, reason, elsewhere }: Closure): string {
  const when = until === undefined ? '' : ` until ${until.toISOString()}`
  const where = elsewhere === undefined ? '' : `, logins are sent to ${elsewhere}`
  return `is drained, and kept closed${when}${where}${reason === undefined ? '' : `: ${reason}`}`
}
