import type { Json } from '../json/value.ts'
import type { NamedMembers, NameIndex } from './name-index.ts'
import type { TreeFacts } from './tree-facts.ts'
import type { NodeKind, Summary } from './tree-node.ts'

/** What `info` tells of a node: lines, or values that become one line each. */
export type Info = readonly string[] | Readonly<Record<string, Json | undefined>>

/** A node before anybody has asked about it: nothing of it is looked at until then. */
export interface Branch extends Children {
  readonly kind: NodeKind
  summary(facts: TreeFacts): Summary
  /** Left out: targetcli has no such command there. */
  readonly info?: () => Info
}

/** What is below a node. */
export interface Children {
  names(): readonly string[]
  child(name: string): Branch | undefined
  /** What has another form of the name; left out: a name has one form. */
  childLike?(name: string): Branch | undefined
}

/** Nothing is below it. */
export const LEAF: Children = { names: () => [], child: () => undefined }

/** Nodes that are always there, in order. */
export function always(branches: Readonly<Record<string, () => Branch>>): Children {
  return {
    names: () => Object.keys(branches),
    child: name => (Object.hasOwn(branches, name) ? branches[name]?.() : undefined),
  }
}

/** One node for each name of an index. */
export function eachOf(index: () => NameIndex, make: (members: NamedMembers, name: string) => Branch): Children {
  const made = (members: NamedMembers | undefined, name: string) => members && make(members, name)
  return {
    names: () => index().names,
    child: name => made(index().get(name), name),
    childLike: name => made(index().getLike(name), name),
  }
}

/** A node that says how many are below it: `LUNs: 2`. */
export function counting(kind: NodeKind, noun: string, children: Children): Branch {
  return { kind, summary: () => ({ summary: `${noun}: ${children.names().length}` }), ...children }
}
