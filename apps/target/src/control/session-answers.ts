import { formatPortal, normalizeIscsiName } from '@lunkit/config'
import type { AnswerOf, ControlService } from '@lunkit/control'
import type { SessionLoad } from 'lunkit'
import type { ControlParts } from './control-parts.ts'
import { drained, hasId, noSession, tellWhy, undrained } from './drain-answers.ts'
import { seenLuns } from './seen-luns.ts'

type SessionService = Pick<ControlService, 'sessions' | 'endSession' | 'drain' | 'undrain' | 'refusals'>
type ToldSession = AnswerOf<'sessions'>['sessions'][number]

const ISID_DIGITS = 12

/** Who is logged in, and who was turned away. */
export function sessionAnswers(parts: ControlParts): SessionService {
  const { served, witness } = parts
  served.server.keepOut(login => witness.closed.keptOut(login))
  return {
    sessions: async ({ target, initiator }) => {
      const all = served.server.sessionLoads.map(load => told(parts, load))
      return {
        sessions: all.filter(each => isOf(each.target ?? '', target) && isOf(each.initiator, initiator)),
      }
    },
    endSession: async ({ id, reason }) => {
      const ended = served.server.endSessions(session => {
        const isIt = hasId(parts, id)(session)
        if (isIt) tellWhy(parts, session, { what: 'is ended', reason })
        return isIt
      })
      if (ended === 0) throw noSession(id)
      return { ended }
    },
    drain: asked => drained(parts, asked),
    undrain: place => undrained(parts, place),
    refusals: async ({ limit }) => ({
      refusals: witness.refusals.newest(limit).map(({ at, ...refusal }) => ({ at: at.toISOString(), ...refusal })),
      counts: [...witness.refusals.counts],
    }),
  }
}

const isOf = (name: string, wanted: string | undefined): boolean =>
  wanted === undefined || normalizeIscsiName(name) === normalizeIscsiName(wanted)

function told({ served, witness }: ControlParts, { session, gauges }: SessionLoad): ToldSession {
  const { initiatorName, initiatorAlias, targetName, targetPortalGroupTag: tag, isid, tsih } = session
  const { id = '', since = new Date() } = witness.sessions.of(session) ?? {}
  const { acl, luns } = seenLuns(served.plan, session)
  return {
    id,
    initiator: initiatorName,
    alias: initiatorAlias ?? null,
    target: targetName === '' ? null : targetName,
    tag,
    isid: isid.toString(16).padStart(ISID_DIGITS, '0'),
    tsih,
    remote: formatPortal(session.remote),
    local: formatPortal(session.local),
    discovery: session.discovery,
    dynamic: acl === undefined && !session.discovery,
    since: since.toISOString(),
    luns: luns.map(({ lun, storage, writeProtected }) => {
      return { lun, storage_object: `/backstores/${storage}`, write_protect: writeProtected }
    }),
    load: { ...gauges },
  }
}
