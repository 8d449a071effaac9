import {
  formatPortal,
  type GroupPlan,
  NodeKind,
  normalizeIscsiName,
  type RedirectionPlan,
  type ServingPlan,
} from '@lunkit/config'
import { type Closure, closedWords, pathOfPlace } from './kept-closed.ts'

/** What is said of a node beside what targetcli would. */
export interface DoorWords {
  /** For a list of nodes. */
  readonly summary: readonly string[]
  /** For the node by itself, by name. */
  readonly info: Readonly<Record<string, string>>
}

/** What decides where logins go. */
export interface Doors {
  readonly plan: Pick<ServingPlan, 'targets'>
  readonly closures: readonly Closure[]
}

interface Node {
  readonly kind: string
  readonly path: string
}

const sentWords = ({ host, port, permanent }: RedirectionPlan): string =>
  `redirected${permanent ? ' for good' : ''} to ${formatPortal({ host, port })}`

/** Where logins to a node are sent, or that they are kept out, as it is when this is made. */
export class DoorWordsOf {
  readonly #closed: ReadonlyMap<string, string>
  readonly #redirections = new Map<string, readonly RedirectionPlan[]>()

  constructor({ plan, closures }: Doors) {
    this.#closed = new Map(closures.map(closure => [pathOfPlace(closure.place), closedWords(closure)]))
    for (const { name, groups } of plan.targets) for (const group of groups) this.#note(name, group)
  }

  #note(target: string, { tag, redirections }: GroupPlan): void {
    if (redirections) this.#redirections.set(`/iscsi/${target}/tpg${tag}`, redirections)
  }

  /** Nothing of a node to which everybody comes as LIO has it. */
  of({ kind, path }: Node): DoorWords {
    const closed = this.#closed.get(path) ?? this.#closed.get(path.replace(/^.*\/portals\//, ''))
    const sent = this.#sentFrom(kind, path)
    return {
      summary: [...(closed === undefined ? [] : ['drained']), ...sent.map(({ words }) => words)],
      info: {
        ...(closed !== undefined && { drain: closed }),
        ...Object.fromEntries(sent.map(({ name, words }) => [name, words])),
        ...(kind === NodeKind.tpg && this.#others(path)),
      },
    }
  }

  #sentFrom(kind: string, path: string): readonly { readonly name: string; readonly words: string }[] {
    const [group = '', initiator] = path.split('/acls/')
    const isAcl = kind === NodeKind.acl && initiator !== undefined
    if (kind !== NodeKind.tpg && !isAcl) return []
    const wanted = isAcl ? normalizeIscsiName(initiator) : undefined
    const found = this.#redirections.get(group)?.find(each => each.initiator === wanted)
    return found === undefined ? [] : [{ name: 'redirection', words: sentWords(found) }]
  }

  /** Those that are of single initiators, whether they have ACLs or not. */
  #others(path: string): Readonly<Record<string, string>> {
    const own = this.#redirections.get(path)?.filter(({ initiator }) => initiator !== undefined) ?? []
    return Object.fromEntries(own.map(each => [`redirection of ${each.initiator}`, sentWords(each)]))
  }
}
