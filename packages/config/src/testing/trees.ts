import { parseConfiguration } from '../document.ts'
import type { Json } from '../json/value.ts'
import type { Configuration } from '../saveconfig.ts'
import { treeNode } from '../tree/tree.ts'
import type { TreeFacts } from '../tree/tree-facts.ts'
import type { TreeNode } from '../tree/tree-node.ts'

/** The one target of a tree. */
export const TARGET = 'iqn.2026-11.com.example:disk'
/** The path of its TPG. */
export const TPG = `/iscsi/${TARGET}/tpg1`

/** A configuration of a value. */
export function configurationOf(document: object): Configuration {
  return parseConfiguration(JSON.stringify(document))
}

/** A configuration with one target of one TPG. */
export function withTpg(tpg: Readonly<Record<string, Json>>, more: object = {}): Configuration {
  return configurationOf({ targets: [{ fabric: 'iscsi', wwn: TARGET, tpgs: [{ tag: 1, ...tpg }] }], ...more })
}

/** What is said of a node in its line. */
export function lineOf(
  configuration: Configuration,
  path: string,
  facts?: TreeFacts,
): Pick<TreeNode, 'summary' | 'healthy'> {
  const { summary, healthy } = treeNode(configuration, path, facts)
  return { summary, healthy }
}
