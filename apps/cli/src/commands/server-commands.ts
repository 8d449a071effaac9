import type { ResultOf } from '@lunkit/control/client'
import { shellScripts } from '../completion/shell-scripts.ts'
import { ownOf } from '../own-of.ts'
import { misused } from '../refusal.ts'
import type { Command, Context, Reply } from './command.ts'
import { command, SILENT } from './command.ts'
import { sessionIds } from './completions.ts'
import { kicked } from './drain-commands.ts'
import { kinds, may, needs, of } from './parameter.ts'
import { refusals } from './refusals.ts'
import { columns } from './table-text.ts'

type Session = ResultOf<'sessions'>['sessions'][number]

/** A session in targetcli's words. */
const sessionLine = ({ alias, id, discovery }: Session): string =>
  `alias: ${alias ?? ''}\tsid: ${id} type: ${discovery ? 'Discovery' : 'Normal'} session-state: LOGGED_IN`

const sessionDetail = (session: Session): readonly string[] => [
  sessionLine(session),
  `    name: ${session.initiator}`,
  `    address: ${session.remote.replace(/:[0-9]+$/, '')} (TCP)  cid: 0 connection-state: LOGGED_IN`,
]

const sessionTable = (sessions: readonly Session[]): readonly string[] =>
  columns(
    ['id', 'initiator', 'target', 'from', 'since'],
    sessions.map(({ id, initiator, target, tag, remote, since }) => [
      id,
      initiator,
      target === null ? 'discovery' : `${target}/tpg${tag}`,
      remote,
      since,
    ]),
  )

const NONE = '(no open sessions)'

async function listed({ client, personality }: Context, action: string, sid: string | undefined): Promise<Reply> {
  const { sessions: all } = await client.call('sessions')
  const sessions = sid === undefined ? all : all.filter(({ id }) => id === sid)
  if (sid !== undefined && sessions.length === 0)
    throw misused(`no session found with sid ${sid}`, 'Right is one that sessions shows.')
  if (sessions.length === 0) return { lines: [NONE], data: { sessions } }
  const words = personality.name === 'lunkit' ? sessionTable(sessions) : sessions.map(sessionLine)
  return { lines: action === 'detail' ? sessions.flatMap(sessionDetail) : words, data: { sessions } }
}

async function kick(context: Context, id: string | undefined): Promise<Reply> {
  if (id === undefined) throw misused('Missing required parameter sid', 'Right is one that sessions shows.')
  return kicked(context, id, undefined)
}

const ACTIONS: Readonly<Record<string, (context: Context, sid: string | undefined) => Promise<Reply>>> = {
  list: (context, sid) => listed(context, 'list', sid),
  detail: (context, sid) => listed(context, 'detail', sid),
  kick,
}

async function events({ client, print, signal }: Context): Promise<Reply> {
  if (print === undefined) throw misused('events goes on until it is interrupted', 'Right is lunkit events.')
  try {
    for await (const event of client.events({}, { signal })) {
      const { at, kind, path, text } = event
      print([`${at} ${kind} ${path === '' ? '' : `${path}: `}${text}`], event)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return SILENT
}

/** The commands of the root that are about the daemon. */
export const serverCommands: readonly Command[] = [
  command('sessions', 'who is logged in; sessions kick SID ends a session', {
    takes: [
      of(async () => Object.keys(ACTIONS), may('action', kinds.text, 'list')),
      of(sessionIds, may('sid', kinds.text, 'all')),
    ],
    run(context, { action = 'list', sid }) {
      const run = ownOf(ACTIONS, action)
      if (run === undefined) throw misused(`action must be one of: ${Object.keys(ACTIONS).join(', ')}`)
      return run(context, sid as string | undefined)
    },
  }),
  command('refusals', 'who was turned away, from where, why, and what to do', { run: refusals }),
  command('events', 'what happens, as it happens, until it is interrupted', { run: events }),
  command('top', 'what initiators do at each unit: operations, bytes, how long they take and how many are under way', {
    takes: [
      may('interval', kinds.seconds, '1'),
      may('count', kinds.number, 'until q is pressed; without a terminal 1'),
    ],
    async run(context, { interval, count }) {
      if (count === 0) throw misused('count must be at least 1')
      // Nobody else needs it.
      const { top } = await import('../top/top.ts')
      const intervalSeconds = (interval as number | undefined) ?? 1
      return top(context, { intervalSeconds, count: count as number | undefined })
    },
  }),
  command('completion', 'what completes the words of lunkit in a shell: source <(lunkit completion bash)', {
    takes: [of(async () => Object.keys(shellScripts), needs('shell', kinds.text, 'bash, zsh or fish'))],
    async run(_context, { shell }) {
      const script = ownOf(shellScripts, shell)
      if (script === undefined) throw misused(`shell must be one of: ${Object.keys(shellScripts).join(', ')}`)
      return { lines: script.trimEnd().split('\n'), data: { script } }
    },
  }),
  command('version', 'the version of this program', {
    run: async ({ personality: { version } }) => ({ lines: [version], data: { version } }),
  }),
]
