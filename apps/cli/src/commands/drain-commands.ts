import type { GivenOf } from '@lunkit/control/client'
import { misused } from '../refusal.ts'
import type { Command, Context, Reply } from './command.ts'
import { command } from './command.ts'
import { sessionIds } from './completions.ts'
import { makeEdit } from './edit-command.ts'
import { kinds, may, needs, of } from './parameter.ts'

type Asked = GivenOf<'drain'>

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** A target, a group of it, one of its portals or one of its ACLs, by its path; /iscsi/ before it may be left out. */
const PLACE =
  /^(?:\/?iscsi\/)?(?<target>(?:iqn|eui|naa)\.[^/]+)(?:\/tpg(?<tag>\d{1,5})(?:\/portals\/(?<portal>[^/]+)|\/acls\/(?<initiator>[^/]+))?)?\/?$/i
/** A portal of whatever target. */
const PORTAL = /^(?:\d+\.\d+\.\d+\.\d+|\[[^\]]+\]):\d{1,5}$/

/** Whose sessions, or what place, is meant. @throws {Refusal} for what says nobody's. */
export function whoseOf(text: string): Asked {
  if (PORTAL.test(text)) return { portal: text }
  const { target, tag, portal, initiator } = PLACE.exec(text)?.groups ?? {}
  if (target === undefined)
    throw misused(
      `${text} is no target, portal group or portal`,
      'Right is IQN, IQN/tpgN, IQN/tpgN/portals/ADDRESS:PORT, IQN/tpgN/acls/IQN, or ADDRESS:PORT.',
    )
  return {
    target,
    ...(tag !== undefined && { tag: Number(tag) }),
    ...(portal !== undefined && { portal }),
    ...(initiator !== undefined && { initiator }),
  }
}

interface DrainGiven {
  readonly place: string
  readonly seconds?: number
  readonly come_back_after?: number
  readonly keep_out?: boolean
  readonly keep_out_seconds?: number
  readonly redirect_to?: string
  readonly reason?: string
}

/** What keeps initiators out, and how it ends. */
function keptOut({ keep_out_seconds: seconds, redirect_to: address, place }: DrainGiven): string {
  const where = address === undefined ? 'Nobody may log in there' : `Logins are sent to ${address}`
  const until = seconds === undefined ? 'until' : `for ${counted(seconds, 'second')}, or until`
  return `${where} ${until} lunkit undrain ${place}, or until lunkitd ends.`
}

async function drained({ client }: Context, given: DrainGiven): Promise<Reply> {
  const { place, ...more } = given
  const { sessions, ended, kept_out } = await client.call('drain', { ...whoseOf(place), ...more })
  const done = { sessions, ended, loggedOut: sessions - ended, kept_out }
  const closed = kept_out ? [keptOut(given)] : []
  if (sessions === 0) return { lines: ['Nobody was logged in there.', ...closed], data: done }
  const forced = ended === 0 ? '' : `, ${ended} had not in time and ${ended === 1 ? 'was' : 'were'} ended`
  return { lines: [`${counted(sessions, 'session')} had to log out${forced}.`, ...closed], data: done }
}

/** Lets initiators in again. */
async function undrained({ client }: Context, place: string | undefined): Promise<Reply> {
  const { opened } = await client.call('undrain', place === undefined ? {} : whoseOf(place))
  return { lines: [`Opened ${counted(opened, 'place')}.`], data: { opened } }
}

/** Ends a session, with a reason for the log and whoever listens. */
export async function kicked({ client }: Context, id: string, reason: string | undefined): Promise<Reply> {
  const { ended } = await client.call('endSession', { id, ...(reason !== undefined && { reason }) })
  return { lines: [`Ended ${counted(ended, 'session')}.`], data: { ended } }
}

interface RedirectGiven {
  readonly place: string
  readonly address: string
  readonly permanent?: boolean
}

/** Sends logins elsewhere, or lets them in again. */
async function redirected(context: Context, { place, address, permanent }: RedirectGiven): Promise<Reply> {
  const { portal, target, tag = 1, initiator } = whoseOf(place)
  if (target === undefined || portal !== undefined)
    throw misused(`${place} is no target or portal group`, 'Right is IQN, IQN/tpgN or IQN/tpgN/acls/IQN.')
  const to = address === 'off' ? { address: '' } : { address, ...(permanent !== undefined && { permanent }) }
  const given = { target, tag, ...(initiator !== undefined && { initiator }), ...to }
  return makeEdit(context, { name: 'setRedirection', given })
}

const why = may('reason', kinds.text, 'none; it is told with the events, and stands in the log')

/** The commands that have initiators go. */
export const drainCommands: readonly Command[] = [
  command('drain', 'has the initiators of a target, a portal group or a portal log out, and ends those that do not', {
    takes: [
      needs('place', kinds.text, 'IQN, IQN/tpgN, IQN/tpgN/portals/ADDRESS:PORT, IQN/tpgN/acls/IQN, or ADDRESS:PORT'),
      may('seconds', kinds.number, '15, which they have for it'),
      may(
        'come_back_after',
        kinds.number,
        'keep_out_seconds, else what was negotiated; the seconds that they are told',
      ),
      may('keep_out', kinds.flag, 'false; true keeps them out until undrain'),
      may('keep_out_seconds', kinds.number, 'none; so long they are kept out'),
      may('redirect_to', kinds.text, 'none; HOST[:PORT], where their logins are sent meanwhile'),
      why,
    ],
    run: (context, given) => drained(context, given as unknown as DrainGiven),
  }),
  command('undrain', 'lets in again whom drain keeps out', {
    takes: [may('place', kinds.text, 'all places; else as drain was told')],
    run: (context, { place }) => undrained(context, place as string | undefined),
  }),
  command(
    'redirect',
    'sends logins to a portal group elsewhere, of all initiators or of one; sessions that there are stay',
    {
      takes: [
        needs('place', kinds.text, 'IQN, which is its tpg1, IQN/tpgN, or IQN/tpgN/acls/IQN'),
        needs('address', kinds.text, 'HOST[:PORT]; off lets them in again'),
        may('permanent', kinds.flag, 'false; true says that the target has moved for good'),
      ],
      run: (context, given) => redirected(context, given as unknown as RedirectGiven),
    },
  ),
  command('kick', 'ends a session now; its initiator may log in again', {
    takes: [of(sessionIds, needs('sid', kinds.text, 'one that sessions shows')), why],
    run: (context, { sid, reason }) => kicked(context, sid as string, reason as string | undefined),
  }),
]
