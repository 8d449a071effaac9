import { statusLine } from '@lunkit/config/words'
import { ownOf } from '../own-of.ts'
import { misused } from '../refusal.ts'
import { drawnAt, nodesAt } from '../shell/nodes.ts'
import type { Command, Context, Reply } from './command.ts'
import { command, SILENT } from './command.ts'
import { kinds, may, needs, of } from './parameter.ts'

const path = may('path', kinds.text, 'this node')
const depth = may('depth', kinds.text, 'all levels')

async function list(context: Context, given: { readonly path?: string; readonly depth?: string }): Promise<Reply> {
  const preferences = await context.preferences()
  const levels = given.depth ?? String(preferences['tree_max_depth'])
  if (!/^[0-9]{1,3}$/.test(levels))
    throw misused(
      'The tree depth must be a number.',
      `Right is 0 for all levels, or 1, 2 ...: ${JSON.stringify(levels)} is none.`,
    )
  const at = given.path === undefined ? context.node.path : (await context.at(given.path)).path
  const { lines, nodes } = await drawnAt(context.client, at, {
    depth: Number(levels),
    columns: context.columns,
    colours: context.colours && preferences['color_mode'] === true,
    roundNodes: preferences['tree_round_nodes'] === true,
    summaries: preferences['tree_status_mode'] === true,
    showsRoot: preferences['tree_show_root'] === true,
  })
  return { lines, data: { nodes }, isPainted: true }
}

const PYTHON: ReadonlyMap<string, string> = new Map([
  ['true', 'True'],
  ['false', 'False'],
  ['null', 'None'],
])

/** What `info` says of a node, in targetcli's words. */
async function info({ client, node }: Context): Promise<Reply> {
  const [told] = await nodesAt(client, node.path, 0)
  if (told?.info === undefined)
    throw misused('Command not found info', `targetcli has no such command at ${node.path}; right is status.`)
  const lines = Object.entries(told.info).flatMap(([name, value]) =>
    // The initiators of an ACL stand below each other.
    name === 'wwns' ? ['wwns:', ...String(value).split(' ')] : [`${name}: ${PYTHON.get(String(value)) ?? value}`],
  )
  return { lines, data: told.info }
}

async function status({ client, node }: Context): Promise<Reply> {
  const [told = node] = node.path === '/' ? [node] : await nodesAt(client, node.path, 0)
  const { reason, sessions } = told
  const more = [
    ...(reason === null || reason === undefined ? [] : [`It is not served: ${reason}`]),
    ...(sessions ? [`Sessions: ${sessions}`] : []),
  ]
  return { lines: [statusLine(told), ...more], data: told }
}

async function entered({ at }: Context, path: string): Promise<Reply> {
  return { lines: [], goTo: (await at(path)).path }
}

/** A step through the paths at which the shell has been. */
interface Step {
  readonly by: -1 | 1
  readonly end: string
}

const STEPS: Readonly<Record<string, Step>> = {
  '<': { by: -1, end: 'Reached begining of path history.' },
  '>': { by: 1, end: 'Reached the end of path history.' },
}

async function stepped({ at, history }: Context, { by, end }: Step): Promise<Reply> {
  const isThere = (path: string): Promise<boolean> => at(path).then(Boolean, () => false)
  const path = await history.step(by, isThere)
  return path === undefined ? { lines: [end] } : { lines: [`Taking you back to ${path}.`], goTo: path }
}

const ADD = 'Right is bookmarks add NAME, with a name of letters, digits and : _ . -'

const BOOKMARK_ACTIONS: Readonly<Record<string, (context: Context, name: string) => Promise<Reply>>> = {
  async add({ bookmarks, node: { path: at } }, name) {
    if (!/^[A-Za-z0-9:_.-]+$/.test(name)) throw misused("Syntax error, see 'help bookmarks'.", ADD)
    await bookmarks.add(name, at)
    return { lines: [`Bookmarked ${at} as ${name}.`] }
  },
  async del({ bookmarks }, name) {
    await bookmarks.delete(name)
    return { lines: [`Deleted bookmark ${name}.`] }
  },
  async go({ at }, name) {
    return { lines: [], goTo: (await at(`@${name}`)).path }
  },
  async show({ bookmarks }) {
    const all = [...(await bookmarks.all())]
    const shown = all.flatMap(([name, at]) => [name, '-'.repeat(name.length), at, ''])
    const lines = ['BOOKMARKS', '=========', '', ...(all.length === 0 ? ['No bookmarks yet.'] : shown)]
    return { lines, data: Object.fromEntries(all) }
  },
}

/** The commands of every node but those that it has by its kind. */
export const nodeCommands: readonly Command[] = [
  command('ls', 'the tree below a path, so many levels of it', { takes: [path, depth], run: list }),
  command('cd', 'enters a node; cd < goes back to where the shell was before, and cd > there again', {
    takes: [path],
    run: (context, { path: to = '/' }) => {
      const step = ownOf(STEPS, to)
      return step === undefined ? entered(context, to as string) : stepped(context, step)
    },
  }),
  command('pwd', 'where the shell is', {
    run: async ({ node }) => ({ lines: [node.path], data: { path: node.path } }),
  }),
  command('status', 'what is said of a node in its line of the tree, and why it is not served', { run: status }),
  command('info', 'the settings of a node', { run: info }),
  command('bookmarks', 'names for paths: bookmarks add|del|go|show [NAME]; @NAME is a path then', {
    takes: [of(async () => Object.keys(BOOKMARK_ACTIONS), needs('action', kinds.text)), may('bookmark', kinds.text)],
    run(context, { action, bookmark }) {
      const run = ownOf(BOOKMARK_ACTIONS, action)
      const right = `Right is bookmarks ${Object.keys(BOOKMARK_ACTIONS).join(', ')}.`
      if (run === undefined) throw misused("Syntax error, see 'help bookmarks'.", right)
      return run(context, (bookmark as string | undefined) ?? '')
    },
  }),
  command('refresh', 'nothing: lunkit always shows what there is', { run: async () => SILENT }),
  command('exit', 'ends the shell', { run: async () => ({ lines: [], ends: true }) }),
]
