import { checkArgument, object } from '@lunkit/wire'
import { TEXT } from '../text-domains.ts'
import type { TreeNode } from './tree-node.ts'

const NODE = object('{ path, summary }')

/**
 * What `status` says of a node.
 * @throws {TypeError} for what is none.
 */
export function statusLine(node: Pick<TreeNode, 'path' | 'summary'>): string {
  checkArgument('statusLine: node', node, NODE)
  const { path, summary } = node
  checkArgument('statusLine: path', path, TEXT)
  checkArgument('statusLine: summary', summary, TEXT)
  return `Status for ${path}: ${summary}`
}
