import {
  callback,
  checkArgument,
  checkOptions,
  flag,
  type OptionDomains,
  object,
  required,
  text,
  wholeNumber,
} from '@lunkit/wire'
import type { TreeNode } from './tree-node.ts'
import { bracketed, pathBelow } from './tree-node.ts'

/** A piece of a line, for whoever colours it. */
export interface TreePiece {
  readonly part: 'margin' | 'name' | 'dots' | 'bracket' | 'summary'
  readonly text: string
  readonly node: TreeNode
  /** The node that was asked for, which targetcli underlines. */
  readonly isFirst: boolean
}

/** What is drawn, and how. */
export interface DrawOptions {
  readonly path: string
  /** How many levels below the path; 0 and left out: all. */
  readonly depth?: number
  /** Columns; left out: those that targetcli has without a terminal. */
  readonly width?: number
  /** Nodes are drawn as `o`; false: as `+`, targetcli's tree_round_nodes. Left out: true. */
  readonly roundNodes?: boolean
  /** Lines have a summary, targetcli's tree_status_mode. Left out: true. */
  readonly summaries?: boolean
  /** The node of the path has a line, and what is below it stands below that; false: each node below it is drawn by itself, to that depth
   * (targetcli's tree_show_root). Left out: true. */
  readonly showsRoot?: boolean
  /** Makes what is printed of a piece, such as a coloured one; it takes no columns more. */
  readonly paint?: (piece: TreePiece) => string
}

const TARGETCLI_COLUMNS = 132
const MOST_COLUMNS = 10_000
const OPTIONS: OptionDomains = {
  path: required(text()),
  depth: wholeNumber(),
  width: wholeNumber(1, MOST_COLUMNS),
  roundNodes: flag,
  summaries: flag,
  showsRoot: flag,
  paint: callback,
}
const LOOKUP = required(callback)
const TEXT = required(text())
const NODE = object('a node: { path, name, summary, healthy, children }', node => {
  const { path, name, summary, children } = node as TreeNode
  return [path, name, summary, ...(Array.isArray(children) ? children : [0])].every(each => typeof each === 'string')
})

/** A node and where it stands in what is drawn. */
interface Drawn {
  readonly path: string
  readonly margin: string
  /** The margin of what is below it. */
  readonly below: string
  readonly isFirst: boolean
}

/** How lines look. */
interface Look {
  readonly width: number
  readonly roundNodes: boolean
  readonly summaries: boolean
}

const columnsOf = (shown: string): number => Array.from(shown).length

/** The pieces of a node's line. A line too long for the columns has no dots, and nothing of it is left out. */
function piecesOf(node: TreeNode, { margin, isFirst }: Drawn, look: Look): readonly TreePiece[] {
  const { width, roundNodes, summaries } = look
  const summary = bracketed(node)
  const start = `${margin}${roundNodes ? 'o' : '+'}- `
  const taken = columnsOf(start) + columnsOf(node.name) + columnsOf(summary) + ' '.length + ' []'.length
  const dots = ` ${'.'.repeat(Math.max(0, width - taken))} `
  const piece = (part: TreePiece['part'], shown: string): TreePiece => ({ part, text: shown, node, isFirst })
  const name = [piece('margin', start), piece('name', node.name)]
  if (!summaries) return name
  return [...name, piece('dots', dots), piece('bracket', '['), piece('summary', summary), piece('bracket', ']')]
}

/** What is below a node, each with its margin. */
function belowOf({ path, children }: TreeNode, margin: string): readonly Drawn[] {
  return children.map((name, at) => ({
    path: pathBelow(path, name),
    margin,
    below: at < children.length - 1 ? `${margin}| ` : `${margin}  `,
    isFirst: false,
  }))
}

/**
 * The tree below a path as targetcli draws it, line by line. `lookup` finds its nodes, such as
 * `path => treeNode(configuration, path)`; what is not drawn is not looked up.
 * @throws what `lookup` throws. {TypeError} or {RangeError} for what says nothing to draw.
 */
export function drawTree(lookup: (path: string) => TreeNode, options: DrawOptions): readonly string[] {
  checkArgument('drawTree: lookup', lookup, LOOKUP)
  checkOptions('drawTree: options', options, OPTIONS)
  const { path, depth = 0, showsRoot = true, paint = ({ text: shown }) => shown } = options
  const { width = TARGETCLI_COLUMNS, roundNodes = true, summaries = true } = options
  const look = { width, roundNodes, summaries }
  const lines: string[] = []
  const painted = (piece: TreePiece): string => {
    const shown = paint(piece)
    checkArgument('what paint returned', shown, TEXT)
    return shown
  }
  const nodeAt = (at: string): TreeNode => {
    const node = lookup(at)
    checkArgument('what lookup returned', node, NODE)
    return node
  }
  const draw = (drawn: Drawn, level: number): void => {
    const node = nodeAt(drawn.path)
    lines.push(piecesOf(node, drawn, look).map(painted).join(''))
    if (depth !== 0 && level >= depth) return
    for (const each of belowOf(node, drawn.below)) draw(each, level + 1)
  }
  const alone = { margin: '', below: '  ' }
  if (showsRoot) draw({ ...alone, path, isFirst: true }, 0)
  else for (const each of belowOf(nodeAt(path), '')) draw({ ...each, ...alone }, 0)
  return lines
}
