import type { ResultOf } from '@lunkit/control/client'
import type { Command, Context, Reply } from './command.ts'
import { command } from './command.ts'
import { makeEdit } from './edit-command.ts'
import { kinds, may, oneOf } from './parameter.ts'
import { columns } from './table-text.ts'

type Server = ResultOf<'status'>['isns'][number]

const stateOf = ({ state, wrong }: Server): string => (wrong === null ? state : `${state}: ${wrong}`)

async function shown({ client }: Context): Promise<Reply> {
  const { isns } = await client.call('status')
  if (isns.length === 0) return { lines: ['Targets are registered nowhere.'], data: isns }
  const rows = isns.map(each => [each.server, each.entity, `${each.targets}`, `${each.portals}`, stateOf(each)])
  return { lines: columns(['server', 'entity', 'targets', 'portals', 'state'], rows), data: isns }
}

interface IsnsGiven {
  readonly server?: string
  readonly state?: string
  readonly entity?: string
}

async function isns(context: Context, { server, state = 'on', entity }: IsnsGiven): Promise<Reply> {
  if (server === undefined) return shown(context)
  const given = { server, ...(state === 'off' ? { remove: true } : entity !== undefined && { entity }) }
  return makeEdit(context, { name: 'setIsnsServer', given })
}

/** Where targets are registered. */
export const isnsCommand: Command = command(
  'isns',
  'where targets are registered, and how it goes; with a server, what is to be',
  {
    takes: [
      may('server', kinds.text, 'none: what there is is shown; HOST[:PORT], port 3205'),
      may('state', oneOf('on', 'off'), 'on; off takes back what is registered there'),
      may('entity', kinds.text, 'a name of this machine and its configuration; as what it registers'),
    ],
    run: (context, given) => isns(context, given as unknown as IsnsGiven),
  },
)
