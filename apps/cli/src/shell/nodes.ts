import type { NodeKind } from '@lunkit/config'
import type { TreeNode, TreePiece } from '@lunkit/config/words'
import { drawTree } from '@lunkit/config/words'
import type { ControlClient, ResultOf } from '@lunkit/control/client'
import { ControlFault, FaultKind } from '@lunkit/control/client'
import { printable } from '../printable.ts'
import { Refusal } from '../refusal.ts'

/** A node as the daemon tells it. */
export type Node = ResultOf<'tree'>['nodes'][number]

/** The kinds that a node may be of. */
export type KindOfNode = NodeKind

/** No tree of targetcli is deeper. */
const ALL_LEVELS = 16

/** The root, which needs nobody to be asked. */
export const ROOT: Node = {
  path: '/',
  name: '/',
  depth: 0,
  kind: 'root',
  summary: '',
  healthy: null,
  reason: null,
  sessions: null,
  children: 0,
  served: true,
}

/** An absolute path, of one that may be relative to another. */
export function resolvePath(from: string, path: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${from}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** So many names of what is below a node are told where none of them is near to what was meant. */
const TOLD_NAMES = 8

/** What there is instead of a path: the nearest, or else what is below the last node of it that is there. */
async function insteadOf(client: ControlClient, where: string, { nearest, right }: ControlFault): Promise<string> {
  if (nearest === null || nearest === '') return `Right is ${right}.`
  if (!where.startsWith(nearest === '/' ? '/' : `${nearest}/`)) return `There is ${nearest}.`
  const [, ...below] = (await client.call('tree', { path: nearest, depth: 1 })).nodes
  if (below.length === 0) return `There is nothing below ${nearest}.`
  const names = below.slice(0, TOLD_NAMES).map(({ name }) => name)
  const more = below.length > names.length ? ` and ${below.length - names.length} more` : ''
  return `Below ${nearest} there is ${names.join(', ')}${more}.`
}

/** A path that is not there, in targetcli's words. */
async function noSuchPath(client: ControlClient, path: string, fault: ControlFault): Promise<Refusal> {
  const where = fault.where.startsWith('/') ? fault.where : path
  return new Refusal(`No such path ${where}`, { explanation: await insteadOf(client, where, fault) })
}

/** A node and so many levels below it, each with its depth. @throws {Refusal} where there is none. */
export async function nodesAt(client: ControlClient, path: string, depth: number): Promise<readonly Node[]> {
  try {
    return (await client.call('tree', { path, depth })).nodes
  } catch (error) {
    if (!(error instanceof ControlFault) || error.kind !== FaultKind.notFound) throw error
    throw await noSuchPath(client, path, error)
  }
}

/** The nodes of an answer by path, each with the names below it. */
function byPath(nodes: readonly Node[]): ReadonlyMap<string, TreeNode> {
  const above: { node: Node; children: string[] }[] = []
  const found = new Map<string, TreeNode>()
  for (const node of nodes) {
    above.length = node.depth
    above.at(-1)?.children.push(node.name)
    const entry = { node, children: [] as string[] }
    above.push(entry)
    const { healthy, reason, sessions } = node
    const known = { healthy: healthy ?? undefined, reason: reason ?? undefined, sessions: sessions ?? undefined }
    found.set(node.path, { ...node, ...known, children: entry.children })
  }
  return found
}

/** How a tree is drawn. */
export interface Drawing {
  /** Levels below the node; 0: all. */
  readonly depth: number
  readonly columns: number
  readonly colours: boolean
  /** As drawTree has them. */
  readonly roundNodes?: boolean
  readonly summaries?: boolean
  readonly showsRoot?: boolean
}

/** Codes of SGR (ECMA-48 8.3.117). */
const [BOLD, UNDERLINED, RED, GREEN, BLUE, MAGENTA] = ['1', '4', '31', '32', '34', '35'] as const
const NONE: readonly string[] = []
/** The colours of names and dots, from one level of the tree to the next. */
const OF_LEVELS = [NONE, [BLUE], [MAGENTA]] as const

const levelOf = (path: string): number => path.split('/').filter(part => part !== '').length

/** How targetcli paints each piece. */
const PAINTS: Readonly<Record<TreePiece['part'], (piece: TreePiece) => readonly string[]>> = {
  margin: () => NONE,
  name: ({ node, isFirst }) => [
    ...(OF_LEVELS[levelOf(node.path) % OF_LEVELS.length] ?? NONE),
    BOLD,
    ...(isFirst ? [UNDERLINED] : NONE),
  ],
  dots: ({ node }) => OF_LEVELS[levelOf(node.path) % OF_LEVELS.length] ?? NONE,
  bracket: () => [BOLD],
  summary: ({ node: { healthy } }) => (healthy === undefined ? NONE : healthy ? [GREEN] : [RED, BOLD]),
}

function painted(piece: TreePiece): string {
  const shown = printable(piece.text)
  const codes = PAINTS[piece.part](piece)
  return codes.length === 0 ? shown : `\x1b[${codes.join(';')}m${shown}\x1b[0m`
}

/** What `ls` says of a node. @throws {Refusal} where there is none. */
export async function drawnAt(
  client: ControlClient,
  path: string,
  { depth, columns, colours, ...look }: Drawing,
): Promise<{ readonly lines: readonly string[]; readonly nodes: readonly Node[] }> {
  const levels = depth === 0 ? ALL_LEVELS : Math.min(depth, ALL_LEVELS)
  // Those that stand by themselves have as many levels below them.
  const asked = look.showsRoot === false ? Math.min(levels + 1, ALL_LEVELS) : levels
  const nodes = await nodesAt(client, path, asked)
  const known = byPath(nodes)
  const [first] = nodes as readonly [Node]
  const lines = drawTree(each => known.get(each) as TreeNode, {
    path: first.path,
    depth: levels,
    width: columns,
    ...look,
    paint: colours ? painted : ({ text }) => printable(text),
  })
  return { lines, nodes }
}
