import { misused } from '../refusal.ts'
import type { Command, Context, Reply } from './command.ts'
import { command } from './command.ts'
import { whoseOf } from './drain-commands.ts'
import { makeEdit } from './edit-command.ts'
import { kinds, may, needs } from './parameter.ts'

interface RuleGiven {
  readonly place: string
  readonly initiators: string
}

/** A portal group, by its path. @throws {Refusal} for what is none. */
function groupOf(place: string): { readonly target: string; readonly tag: number } {
  const { target, tag = 1, portal, initiator } = whoseOf(place)
  if (target === undefined || portal !== undefined || initiator !== undefined)
    throw misused(`${place} is no target or portal group`, 'Right is IQN or IQN/tpgN.')
  return { target, tag }
}

const allowed = (context: Context, { place, ...given }: RuleGiven): Promise<Reply> =>
  makeEdit(context, { name: 'setAccessRule', given: { ...groupOf(place), ...given } })

const disallowed = (context: Context, { place, initiators }: RuleGiven): Promise<Reply> =>
  makeEdit(context, { name: 'deleteAccessRule', given: { ...groupOf(place), initiators } })

interface PortalGiven {
  readonly place: string
  readonly only: boolean
}

/** `192.0.2.1:3260` or `[2001:db8::1]:3260`. */
const PORTAL = /^(?<ip_address>.+):(?<ip_port>\d{1,5})$/

function setDiscoveryOnly(context: Context, { place, only }: PortalGiven): Promise<Reply> {
  const { target, tag = 1, portal = '' } = whoseOf(place)
  const { ip_address, ip_port } = PORTAL.exec(portal)?.groups ?? {}
  if (target === undefined || ip_address === undefined)
    throw misused(`${place} is no portal of a target`, 'Right is IQN/tpgN/portals/ADDRESS:PORT.')
  const given = { target, tag, ip_address, ip_port: Number(ip_port), discovery_only: only }
  return makeEdit(context, { name: 'setDiscoveryOnly', given })
}

const group = needs('place', kinds.text, 'IQN, which is its tpg1, or IQN/tpgN')
const initiators = needs('initiators', kinds.text, 'tag:NAME, iqn.1991-05.com.microsoft:*, or 192.0.2.0/24')

/** The commands of who is let in without an ACL, and where. */
export const accessCommands: readonly Command[] = [
  command(
    'allow',
    'lets initiators in by a tag, the beginning of their names or their network; what is left out of a rule stays',
    {
      takes: [
        group,
        initiators,
        may('mapped_luns', kinds.text, "the TPG's; lun0,5=lun1:ro, where 5 is the number that is seen"),
        may('write_protect', kinds.flag, 'false; true lets them read only'),
        may('authentication', kinds.number, '-1, as the TPG says; 0 or 1'),
        may('userid', kinds.text, 'none'),
        may('password', kinds.text, 'none'),
        may('mutual_userid', kinds.text, 'none'),
        may('mutual_password', kinds.text, 'none'),
        may('password_file', kinds.text, 'none; the file that the password stands in'),
        may('password_credential', kinds.text, 'none; the credential of systemd that it is'),
        may('mutual_password_file', kinds.text, 'none; the same of the mutual password'),
        may('mutual_password_credential', kinds.text, 'none'),
      ],
      run: (context, given) => allowed(context, given as unknown as RuleGiven),
    },
  ),
  command('disallow', 'takes an access rule away; who came in by it alone has to log out', {
    takes: [group, initiators],
    run: (context, given) => disallowed(context, given as unknown as RuleGiven),
  }),
  command('discovery-only', 'has a portal be for discovery alone, or for logins too', {
    takes: [needs('place', kinds.text, 'IQN/tpgN/portals/ADDRESS:PORT'), needs('only', kinds.flag, 'true or false')],
    run: (context, given) => setDiscoveryOnly(context, given as unknown as PortalGiven),
  }),
]
