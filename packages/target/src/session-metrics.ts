import { type Block, declare } from '@lunkit/statistics'
import { LoginCause } from './login/login-cause.ts'
import { SessionEnd } from './session/session-end.ts'

const counter = (unit: string, help: string) => ({ kind: 'counter', unit, help }) as const
const BY_TYPE = { label: 'type', values: ['normal', 'discovery'] } as const

/** Which row counts logins that name no target that there is. */
export const ABSENT = '_absent'
/** Which row counts discovery sessions that name no target. */
export const DISCOVERY = '_discovery'

/** What is counted of the sessions with each target. */
export const sessionMetrics = declare({
  name: 'session',
  labels: ['target'],
  metrics: {
    sessions: { kind: 'gauge', unit: 'sessions', help: 'sessions there are now', by: BY_TYPE },
    logins: { ...counter('logins', 'logins that were accepted'), by: BY_TYPE },
    loginsRefused: {
      ...counter('logins', 'logins that were answered with a refusal'),
      by: { label: 'cause', values: Object.values(LoginCause) },
    },
    logouts: {
      ...counter('sessions', 'sessions that have ended, by what ended them'),
      by: { label: 'reason', values: Object.values(SessionEnd) },
    },
    windowClosedSeconds: counter(
      'seconds',
      'how long initiators were not to send commands, because as many as may be were in progress; over all sessions, looked at with a clock of half seconds',
    ),
  },
})

/** The memory that sessions are counted in. */
export type SessionBlock = Block<'target', typeof sessionMetrics.metrics>
