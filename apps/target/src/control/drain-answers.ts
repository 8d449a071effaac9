import { normalizeIscsiName, parsePortal, parseRedirectionAddress } from '@lunkit/config'
import { type AnswerOf, ControlFault, FaultKind, type InputOf } from '@lunkit/control'
import type { SessionDescription } from 'lunkit'
import type { ControlParts } from './control-parts.ts'
import { type Closure, type DrainPlace, pathOfPlace, placeHas } from './kept-closed.ts'

type Asked = InputOf<'drain'>

/** Whether a session is the one that is listed by an id. */
export const hasId =
  ({ witness }: ControlParts, id: string) =>
  (session: SessionDescription): boolean =>
    witness.sessions.of(session)?.id === id

/** A session that is not there. */
export const noSession = (id: string): ControlFault =>
  new ControlFault(FaultKind.notFound, {
    what: 'is no session',
    where: id,
    right: 'the id of one that sessions lists',
  })

/** Says why an administrator ends a session, where a reason was given: its end itself is told as every other. */
export function tellWhy(
  { witness }: ControlParts,
  { initiatorName, targetName }: SessionDescription,
  { what, reason }: { readonly what: string; readonly reason: string | undefined },
): void {
  if (reason === undefined) return
  const path = targetName === '' ? '/iscsi' : `/iscsi/${targetName}`
  const details = { initiator: initiatorName, reason }
  witness.events.tell({ kind: 'warning', path, text: `the session of ${initiatorName} ${what}: ${reason}`, details })
}

/** Has initiators log out, and keeps them out where that is asked for. @throws {ControlFault} where nothing says whose sessions, or there is no such target, portal or session. */
export async function drained(parts: ControlParts, asked: Asked): Promise<AnswerOf<'drain'>> {
  const { server } = parts.served
  checkAsked(parts, asked)
  const closure = closureOf(asked)
  // Before anybody goes: who comes back at once would be in again.
  if (closure) parts.witness.closed.close(closure)
  const isMeant = placeHas(asked)
  const which = (session: SessionDescription): boolean =>
    isMeant({ ...session, portal: session.local }) && (asked.id === undefined || hasId(parts, asked.id)(session))
  for (const { session } of server.sessionLoads)
    if (which(session)) tellWhy(parts, session, { what: 'is to log out', reason: asked.reason })
  const { seconds, come_back_after: comeBackAfterSeconds = comeBackAfter(asked) } = asked
  const done = await server.drainSessions(which, {
    graceMs: seconds * 1000,
    ...(comeBackAfterSeconds !== undefined && { comeBackAfterSeconds }),
  })
  return { ...done, kept_out: closure !== undefined }
}

/** Lets initiators in again. @throws {ControlFault} where nothing was kept closed there. */
export async function undrained({ witness }: ControlParts, place: DrainPlace): Promise<AnswerOf<'undrain'>> {
  const opened = witness.closed.open(place)
  if (opened > 0) return { opened }
  throw new ControlFault(FaultKind.notFound, {
    what: 'is not kept closed',
    where: pathOfPlace(place),
    right: 'a place that status shows as drained',
  })
}

/** The longest time that may be told (Time2Wait, RFC 7143 11.15.3), in seconds. */
const MOST_SECONDS = 0xffff

const comeBackAfter = ({ keep_out_seconds: seconds }: Asked): number | undefined =>
  seconds === undefined ? undefined : Math.min(seconds, MOST_SECONDS)

function closureOf({ keep_out, keep_out_seconds: seconds, redirect_to: elsewhere, reason, ...place }: Asked) {
  if (!keep_out && seconds === undefined && elsewhere === undefined) return undefined
  const { target, tag, portal, initiator } = place
  const since = new Date()
  const until = seconds === undefined ? undefined : new Date(since.getTime() + seconds * 1000)
  return { place: { target, tag, portal, initiator }, since, until, reason, elsewhere } satisfies Closure
}

function checkAsked(parts: ControlParts, asked: Asked): void {
  const { plan, server } = parts.served
  const { target, tag, portal, initiator, id, redirect_to: elsewhere } = asked
  if (tag !== undefined && target === undefined)
    throw refused('is the tag of no target', 'one with the name of its target', 'tag')
  if (target === undefined && portal === undefined && initiator === undefined && id === undefined)
    throw refused('says of nobody that they are to log out', 'a target, a portal, an initiator or a session')
  if (portal !== undefined && parsePortal(portal) === undefined)
    throw refused('is no portal', 'an address and a port, such as 192.0.2.1:3260', portal)
  if (id !== undefined && closureOf(asked) !== undefined)
    throw refused('is a session, which cannot be kept out', 'a target, a portal or an initiator', id)
  if (elsewhere !== undefined && parseRedirectionAddress(elsewhere) === undefined)
    throw refused('is no place to be sent to', 'HOST or HOST:PORT, such as 192.0.2.7:3260', elsewhere)
  if (id !== undefined && !server.sessionLoads.some(({ session }) => hasId(parts, id)(session))) throw noSession(id)
  const known = target === undefined || plan.targets.some(({ name }) => name === normalizeIscsiName(target))
  if (known) return
  const right = 'the name of one that is served'
  throw new ControlFault(FaultKind.notFound, { what: 'is no target', where: target, right })
}

const refused = (what: string, right: string, where = ''): ControlFault =>
  new ControlFault(FaultKind.refused, { what, where, right })
