import type { Target } from '@lunkit/target'
import { type DisabledGroup, describedWhileDisabled } from './disabled-group.ts'
import type { GroupNode } from './group-node.ts'

/** A target of the tree. */
export class TargetNode {
  readonly name: string
  alias: string | undefined
  readonly groups = new Map<number, GroupNode>()
  /** Those that are not served. */
  disabledGroups: readonly DisabledGroup[] = []

  constructor(name: string, alias: string | undefined) {
    this.name = name
    this.alias = alias
  }

  /** The target as the target server is told of it. */
  get described(): Target {
    const { name, alias, groups } = this
    const disabled = this.disabledGroups.filter(({ tag }) => !groups.has(tag))
    const portalGroups = [
      ...[...groups.values()].map(({ described }) => described),
      ...disabled.map(describedWhileDisabled),
    ]
    return { name, ...(alias !== undefined && alias !== '' && { alias }), portalGroups }
  }
}
