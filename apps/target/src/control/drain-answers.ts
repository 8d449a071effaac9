import { formatPortal, normalizeIscsiName, parsePortal } from '@lunkit/config'
import { type AnswerOf, ControlFault, FaultKind, type InputOf } from '@lunkit/control'
import type { SessionDescription } from 'lunkit'
import type { ControlParts } from './control-parts.ts'

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

/** Has initiators log out. @throws {ControlFault} where nothing says whose sessions, or there is no such target, portal or session. */
export async function drained(parts: ControlParts, asked: Asked): Promise<AnswerOf<'drain'>> {
  const { server } = parts.served
  checkAsked(parts, asked)
  const which = picks(parts, asked)
  for (const { session } of server.sessionLoads)
    if (which(session)) tellWhy(parts, session, { what: 'is to log out', reason: asked.reason })
  return server.drainSessions(which, {
    graceMs: asked.seconds * 1000,
    ...(asked.come_back_after !== undefined && { comeBackAfterSeconds: asked.come_back_after }),
  })
}

function checkAsked(parts: ControlParts, { target, tag, portal, initiator, id }: Asked): void {
  const { plan, server } = parts.served
  if (tag !== undefined && target === undefined)
    throw refused('is the tag of no target', 'one with the name of its target', 'tag')
  if (target === undefined && portal === undefined && initiator === undefined && id === undefined)
    throw refused('says of nobody that they are to log out', 'a target, a portal, an initiator or a session')
  if (portal !== undefined && parsePortal(portal) === undefined)
    throw refused('is no portal', 'an address and a port, such as 192.0.2.1:3260', portal)
  if (id !== undefined && !server.sessionLoads.some(({ session }) => hasId(parts, id)(session))) throw noSession(id)
  const known = target === undefined || plan.targets.some(({ name }) => name === normalizeIscsiName(target))
  if (known) return
  const right = 'the name of one that is served'
  throw new ControlFault(FaultKind.notFound, { what: 'is no target', where: target, right })
}

const refused = (what: string, right: string, where = ''): ControlFault =>
  new ControlFault(FaultKind.refused, { what, where, right })

/** Whether a session is one of those that are to log out: all that is asked for is so of it. */
function picks(parts: ControlParts, { target, tag, portal, initiator, id }: Asked) {
  const name = target === undefined ? undefined : normalizeIscsiName(target)
  const from = initiator === undefined ? undefined : normalizeIscsiName(initiator)
  const at = portal === undefined ? undefined : parsePortal(portal)
  return (session: SessionDescription): boolean =>
    (name === undefined || session.targetName === name) &&
    (tag === undefined || session.targetPortalGroupTag === tag) &&
    (at === undefined || cameTo(session.local, at)) &&
    (from === undefined || normalizeIscsiName(session.initiatorName) === from) &&
    (id === undefined || hasId(parts, id)(session))
}

type Portal = SessionDescription['local']

/** A portal that stands for every address has all that came to its port. */
const cameTo = (local: Portal, { host, port }: Portal): boolean =>
  local.port === port &&
  (host === '::' ||
    (host === '0.0.0.0' && !local.host.includes(':')) ||
    formatPortal(local) === formatPortal({ host, port }))
