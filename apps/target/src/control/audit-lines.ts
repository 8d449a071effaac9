import type { AuditRecord, ControlNotice } from '@lunkit/control'
import type { Logger } from '../log/logger.ts'

/** Of what was asked no more is written: ten thousand edits are one line too. */
const ASKED_CHARACTERS = 2048

/** Writes what a control server tells to the log: who asked what, and what came of it. */
export function controlLogger(log: Logger): (notice: ControlNotice) => void {
  return notice => {
    if (notice.kind === 'audit') logAudit(log, notice.record)
    else if (notice.kind === 'warning') log.warn({ event: 'controlWarning' }, notice.text)
    else if (notice.kind === 'failure')
      log.error(
        { event: 'controlFault', err: notice.error, method: notice.method },
        `control: ${notice.method ?? 'a request'} failed by a bug`,
      )
    else
      log.warn(
        { event: 'eventsDropped', peer: notice.peer, missed: notice.missed },
        `control: ${whoOf(notice.peer)} took no events, ${notice.missed} are missed, and was dropped`,
      )
  }
}

/** What only reads, and was done, is told to who looks for it. */
function levelOf({ access, outcome }: AuditRecord): 'debug' | 'info' | 'warn' {
  if (outcome === 'done') return access === 'reads' ? 'debug' : 'info'
  return access === 'reads' ? 'info' : 'warn'
}

function logAudit(log: Logger, record: AuditRecord): void {
  const { peer, method, outcome, fault, durationMs } = record
  const facts = { audit: method, peer, outcome, fault, durationMs: Math.round(durationMs), asked: askedOf(record) }
  const why = fault === undefined ? '' : `: ${fault.where === '' ? '' : `${fault.where} `}${fault.what}`
  log[levelOf(record)]({ event: 'call', ...facts }, `control: ${whoOf(peer)}: ${method} ${outcome}${why}`)
}

function askedOf({ asked }: AuditRecord): unknown {
  const text = JSON.stringify(asked)
  if (text === undefined || text.length <= ASKED_CHARACTERS) return asked
  return `${text.slice(0, ASKED_CHARACTERS)}… (${text.length} characters)`
}

function whoOf(peer: AuditRecord['peer']): string {
  if (peer === undefined) return 'somebody'
  return 'role' in peer ? `token ${peer.token} (${peer.remote})` : `user ${peer.uid} (process ${peer.pid})`
}
