import { ControlFault, type ControlService, FaultKind } from '@lunkit/control'
import type { SessionDescription, TraceOptions } from 'lunkit'
import type { ControlParts } from './control-parts.ts'
import { hasParameters } from './parameter-commands.ts'
import { PduFeed } from './pdu-feed.ts'
import { tracedLun } from './traced-lun.ts'

type TraceService = Pick<ControlService, 'trace'>

/** What initiators and targets say to each other, while somebody listens. */
export function traceAnswers({ served, witness }: ControlParts): TraceService {
  const sessionsOf = (id: string): ((session: SessionDescription) => boolean) => {
    const isIt = (session: SessionDescription): boolean => witness.sessions.of(session)?.id === id
    if (served.server.sessionLoads.some(({ session }) => isIt(session))) return isIt
    throw new ControlFault(FaultKind.notFound, {
      what: 'is no session',
      where: id,
      right: 'the id of one that sessions lists',
    })
  }
  return {
    trace: async ({ initiator, session, lun, data }, tell) => {
      const options: TraceOptions = {
        dataBytes: data,
        hasParameters,
        ...(initiator !== undefined && { initiatorName: initiator }),
        ...(session !== undefined && { sessions: sessionsOf(session) }),
        ...(lun !== undefined && { lunsOf: tracedLun(() => served.plan, lun) }),
      }
      const feed = new PduFeed({ tell, later: run => void setImmediate(run) })
      return served.server.trace(options, feed.hear)
    },
  }
}
