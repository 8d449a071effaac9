import type { Target } from '@lunkit/target'
import type { GroupNode } from './group-node.ts'

/** A target of the tree. */
export class TargetNode {
  readonly name: string
  alias: string | undefined
  readonly groups = new Map<number, GroupNode>()

  constructor(name: string, alias: string | undefined) {
    this.name = name
    this.alias = alias
  }

  /** The target as the target server is told of it. */
  get described(): Target {
    const { name, alias, groups } = this
    const portalGroups = [...groups.values()].map(({ described }) => described)
    return { name, ...(alias !== undefined && alias !== '' && { alias }), portalGroups }
  }
}
