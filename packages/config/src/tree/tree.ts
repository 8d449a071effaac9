import { checkArgument, nearest } from '@lunkit/wire'
import { checkOnce } from '../document.ts'
import type { JsonObject } from '../json/value.ts'
import type { Configuration } from '../saveconfig.ts'
import { asJson } from '../saveconfig.ts'
import { TEXT } from '../text-domains.ts'
import type { Branch } from './branch.ts'
import { NoSuchPath } from './no-such-path.ts'
import { backstoresBranch } from './storage-branches.ts'
import { fabricBranch, fabricNames, isFabric } from './target-branches.ts'
import type { TreeFacts } from './tree-facts.ts'
import { checkFacts, NO_FACTS } from './tree-facts.ts'
import type { TreeNode } from './tree-node.ts'
import { NodeKind, pathBelow } from './tree-node.ts'

const BACKSTORES = 'backstores'

/** `/`. */
function rootBranch(document: JsonObject): Branch {
  return {
    kind: NodeKind.root,
    summary: () => ({ summary: '' }),
    names: () => [BACKSTORES, ...fabricNames(document)].sort(),
    child(name) {
      if (name === BACKSTORES) return backstoresBranch(document)
      return isFabric(document, name) ? fabricBranch(document, name) : undefined
    },
  }
}

/** A place in the tree. */
interface Place {
  readonly branch: Branch
  readonly path: string
  readonly name: string
}

const ROOT = { path: '/', name: '/' } as const

/** A name that begins a way, what has it, and how many parts of the way it took. */
interface Step {
  readonly name: string
  readonly branch: Branch
  readonly taken: number
}

/** What has a name that begins a way: the longest, for a name may have a "/" in it. */
function stepBy(parts: readonly string[], find: (name: string) => Branch | undefined): Step | undefined {
  for (let taken = parts.length; taken > 0; taken--) {
    const name = parts.slice(0, taken).join('/')
    const branch = find(name)
    if (branch !== undefined) return { name, branch, taken }
  }
  return undefined
}

/** The next step on a way. Other forms of names are looked at last: to fold a name costs more than to find it. */
function nextStep(branch: Branch, parts: readonly string[]): Step | undefined {
  return stepBy(parts, name => branch.child(name)) ?? stepBy(parts, name => branch.childLike?.(name))
}

/** No name has more parts: that of a target or an initiator has at most 223 bytes (RFC 7143 4.2.7). */
const MOST_PARTS = 224

/** The place of a path. @throws {NoSuchPath} where there is none. */
function placeAt(document: JsonObject, path: string): Place {
  let place: Place = { branch: rootBranch(document), ...ROOT }
  const parts = path.split('/')
  for (let at = 0; at < parts.length; ) {
    const part = parts[at] as string
    const next = part === '' ? { taken: 1 } : nextStep(place.branch, parts.slice(at, at + MOST_PARTS))
    if (next === undefined) throw missing(place, part)
    if ('branch' in next) place = { branch: next.branch, path: pathBelow(place.path, next.name), name: next.name }
    at += next.taken
  }
  return place
}

function missing({ branch, path }: Place, name: string): NoSuchPath {
  const near = nearest(name, branch.names())
  return new NoSuchPath(pathBelow(path, name), near === null ? path : pathBelow(path, near))
}

/** What stands at a path of a configuration. @throws as treeNode(). */
export function branchAt(configuration: Configuration, path: string, caller: string): Place {
  checkArgument(`${caller}: path`, path, TEXT)
  return placeAt(asJson(checkOnce(asJson(configuration))) as JsonObject, path)
}

/**
 * The node at a path of targetcli's tree: `/iscsi/iqn.2026-11.com.example:disk/tpg1/luns`. The leading "/" may be missing, and
 * there may be one at the end. What the daemon knows beside the configuration are `facts`. It costs what the node shows: of the
 * rest of the tree only the names along the path are looked at, and those once for as long as their lists stay the same objects.
 * @throws {NoSuchPath} where nothing is. {TypeError} for what is no path or no facts; {ConfigError} for what is no configuration.
 */
export function treeNode(configuration: Configuration, path: string, facts: TreeFacts = NO_FACTS): TreeNode {
  checkFacts('treeNode: facts', facts)
  const { branch, ...place } = branchAt(configuration, path, 'treeNode')
  return { ...place, kind: branch.kind, ...branch.summary(facts), children: branch.names() }
}
