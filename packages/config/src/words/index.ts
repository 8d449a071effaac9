/** @lunkit/config/words: how targetcli draws a tree and what it says, alone: nothing of it reads or checks a configuration. */
import '../node-version.ts'

export type { Values } from '../edits/values.ts'
export type { DrawOptions, TreePiece } from '../tree/draw-tree.ts'
export { drawTree } from '../tree/draw-tree.ts'
export type { EditWordsOptions, FoundBacking } from '../tree/edit-messages.ts'
export { HIDDEN } from '../tree/secrets.ts'
export { statusLine } from '../tree/status-line.ts'
export type { ToldEdit } from '../tree/told-edit.ts'
export { toldWords } from '../tree/told-edit.ts'
export type { Summary, TreeNode } from '../tree/tree-node.ts'
