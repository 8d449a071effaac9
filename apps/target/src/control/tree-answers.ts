import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Configuration, infoLines, readValues, type TreeFacts, type TreeNode, treeNode } from '@lunkit/config'
import type { AnswerOf, ControlService } from '@lunkit/control'
import type { ControlParts } from './control-parts.ts'
import { DoorWordsOf } from './door-words.ts'
import { missingDevice } from './missing-devices.ts'
import { ServedNodes } from './served-nodes.ts'
import { treeFacts } from './tree-facts.ts'
import { refuseUnserved } from './unserved-edits.ts'

type TreeService = Pick<ControlService, 'tree' | 'values' | 'edit'>
type ToldNode = AnswerOf<'tree'>['nodes'][number]

/** So many nodes are told before others have their turn. */
const NODES_A_TURN = 50

/** Reading and changing targetcli's tree. */
export function treeAnswers(parts: ControlParts): TreeService {
  const { live, changes } = parts
  return {
    tree: async ({ path, depth }) => ({ nodes: await nodesOf(parts, path, depth) }),
    values: async call => ({ values: readValues(live.configuration, call) }),
    edit: async ({ edits, dryRun }) => {
      refuseUnserved(edits)
      const missing = await missingDevice(edits)
      if (dryRun || missing !== undefined) {
        const { made, steps } = await live.tryEdits(edits)
        // What is wrong with the edits themselves comes first.
        if (missing !== undefined) throw missing
        return { made: [...made], steps: steps.length }
      }
      const done = await live.edit(edits)
      changes.tell(done)
      return { made: [...done.made], steps: done.steps }
    },
  }
}

/** Where the nodes of an answer come from: what was served when it was asked for. */
interface Source {
  readonly configuration: Configuration
  readonly facts: TreeFacts
  readonly served: ServedNodes
  readonly doors: DoorWordsOf
}

async function nodesOf(parts: ControlParts, path: string, depth: number): Promise<ToldNode[]> {
  const source = {
    configuration: parts.live.configuration,
    facts: treeFacts(parts),
    served: new ServedNodes(parts.served),
    doors: new DoorWordsOf({ plan: parts.served.plan, closures: parts.witness.closed.all }),
  }
  const nodes: ToldNode[] = []
  // Whatever is below a node comes before what is beside it.
  const waiting = [{ path, depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path: at, depth: level } = next
    const node = treeNode(source.configuration, at, source.facts)
    nodes.push(told(node, level, source))
    if (nodes.length % NODES_A_TURN === 0) await nextTurn()
    if (level === depth) continue
    const below = node.children.map(name => ({ path: pathBelow(node.path, name), depth: level + 1 }))
    waiting.push(...below.reverse())
  }
  return nodes
}

const pathBelow = (path: string, name: string): string => (path === '/' ? `/${name}` : `${path}/${name}`)

function told(node: TreeNode, depth: number, { configuration, served, doors }: Source): ToldNode {
  const door = doors.of(node)
  const { path, name, kind, summary, healthy = null, reason, sessions, children } = node
  return {
    path,
    name,
    depth,
    kind,
    summary: [...door.summary, summary].filter(words => words !== '').join(', '),
    healthy,
    reason: reason ?? null,
    sessions: sessions ?? null,
    children: children.length,
    served: served.has(node),
    ...(depth === 0 && infoOf(configuration, path, door.info)),
  }
}

/** What `info` shows, by name; a list of its own as one text. */
function infoOf(
  configuration: Configuration,
  path: string,
  further: Readonly<Record<string, string>>,
): Pick<ToldNode, 'info'> {
  const lines = infoLines(configuration, path, { showsSecrets: true })
  if (lines === undefined) return {}
  const info: Record<string, string> = {}
  let last = ''
  for (const line of lines) {
    const [, name, value] = /^([^:]+):(?: (.*))?$/s.exec(line) ?? []
    if (name !== undefined) {
      last = name
      info[name] = secretless(name, value ?? '')
    } else info[last] = [info[last], line].filter(Boolean).join(' ')
  }
  return { info: { ...info, ...further } }
}

/** All that is ever told of a password: whether there is one. */
const secretless = (name: string, value: string): string => {
  if (!name.endsWith('password')) return value
  return value === '' ? 'unset' : 'set'
}
