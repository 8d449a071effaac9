import {
  applyEdit,
  type Configuration,
  documentChanges,
  formatConfiguration,
  infoLines,
  NoSuchPath,
  parseConfiguration,
  readValues,
  treeNode,
} from '@lunkit/config'
import {
  type AnswerOf,
  type CallName,
  ControlFault,
  type ControlService,
  type ToldEvent,
  type ToldTrace,
} from '@lunkit/control'

type TreeNodes = AnswerOf<'tree'>['nodes']

const AT = '2026-11-29T12:00:00.000Z'

/** Somebody who is logged in. */
export const SESSION: AnswerOf<'sessions'>['sessions'][number] = {
  ...{ id: '7', initiator: 'iqn.2026-11.com.example:host', alias: 'host', tag: 1, isid: '00023d000001', tsih: 1 },
  ...{ target: 'iqn.2026-11.com.example:disk', remote: '10.0.0.1:40000', local: '10.0.0.2:3260' },
  ...{ discovery: false, dynamic: true, since: AT },
}

const STATUS: AnswerOf<'status'> = {
  version: '1.2.3',
  pid: 42,
  since: AT,
  health: 'degraded',
  troubles: [{ path: '/backstores/fileio/a', wrong: 'its flush failed', remedy: 'lunkit clear-fault' }],
  configuration: { path: '/etc/lunkit/saveconfig.json', unsaved: true },
  counts: { storageObjects: 1, targets: 2, portals: 3, luns: 4, sessions: 5 },
  isns: [],
}

/** What a daemon would answer of what a model has none of. */
const ANSWERS = {
  refusals: {
    refusals: [
      {
        ...{ at: AT, remote: '10.0.0.9:1', portal: '10.0.0.2:3260', initiator: null, target: null, tag: null },
        ...{ status: '0203', cause: 'unknown_target', reason: 'no target of this name', remedy: 'mend it', times: 2 },
        ...{ initiator: 'iqn.2026-11.com.example:host', target: 'iqn.2026-11.com.example:none' },
      },
      {
        ...{ at: AT, remote: '10.0.0.9:1', portal: '10.0.0.2:3260', initiator: 'iqn.2026-11.com.example:host' },
        ...{ target: 'iqn.2026-11.com.example:disk', tag: 7, status: '0202', cause: 'acl', reason: 'no ACL' },
        ...{ remedy: 'make one', times: 1 },
      },
      {
        ...{ at: AT, remote: '10.0.0.9:1', portal: '10.0.0.2:3260', initiator: null, target: null, tag: null },
        ...{ status: null, cause: 'connections', reason: 'there are 4096', remedy: 'raise the limit', times: 1 },
      },
    ],
    counts: [
      { cause: 'unknown_target', times: 70 },
      { cause: 'connections', times: 1 },
    ],
  },
  generations: { generations: [{ name: 'a', savedAt: AT, bytes: 17, current: true }] },
  clearFault: { cleared: true },
  counters: { bounds: [], blocks: [] },
  inventory: {
    ...{ version: '1.2.3', node: 'v24.21.0', started: 0, calls: [], luns: [], groups: [], mappings: [] },
    ...{ sessions: [], sessionsLeftOut: 0, configuration: { saved: null, unsaved: false, fallbacks: 0 } },
    standstills: { times: 0, seconds: 0 },
  },
} as const satisfies { readonly [M in CallName]?: AnswerOf<M> }

function infoOf(configuration: Configuration, path: string): Record<string, string> | undefined {
  const lines = infoLines(configuration, path, { showsSecrets: true })
  const pairs = lines?.map(line => /^([^:]+): ?(.*)$/.exec(line)).flatMap(match => (match ? [match.slice(1, 3)] : []))
  return pairs && (Object.fromEntries(pairs) as Record<string, string>)
}

/** A node and what is below it, in targetcli's order. */
function nodesOf(configuration: Configuration, path: string, most: number, depth = 0): TreeNodes {
  const { children, healthy, kind, name, path: at, summary } = treeNode(configuration, path)
  const info = depth === 0 ? infoOf(configuration, path) : undefined
  const node = {
    path: at,
    name,
    depth,
    kind,
    summary,
    healthy: healthy ?? null,
    children: children.length,
    served: true,
  }
  const below =
    depth < most
      ? children.flatMap(child => nodesOf(configuration, at === '/' ? `/${child}` : `${at}/${child}`, most, depth + 1))
      : []
  return [{ ...node, ...(info && { info }) }, ...below]
}

function notFound(error: unknown): unknown {
  if (!(error instanceof NoSuchPath)) return error
  return new ControlFault('notFound', {
    what: 'is not there',
    where: error.path,
    right: 'a path of the tree',
    nearest: error.nearest,
  })
}

/** A daemon that serves nothing, and keeps a configuration: by `@lunkit/config`, as lunkitd does. */
export class ModelService {
  configuration = parseConfiguration('{}')
  /** What was saved. */
  saved: Configuration | undefined
  preferences: Record<string, string | number | boolean> = {}
  /** What else is told of nodes, by path. */
  readonly nodes = new Map<string, Partial<TreeNodes[number]>>()
  readonly service: ControlService
  readonly events: ToldEvent[] = []
  /** What traces tell, and what was asked of them. */
  readonly traces: ToldTrace[] = []
  readonly traced: object[] = []
  /** Whether they have told all. */
  isTraced = false
  readonly ended: string[] = []
  readonly reloaded: object[] = []
  /** How it goes when sessions are drained. */
  draining = { sessions: 3, ended: 1 }
  readonly drained: object[] = []
  readonly undrained: object[] = []
  readonly #drains: Pick<ControlService, 'drain' | 'undrain'> = {
    drain: async asked => {
      this.drained.push(asked)
      return { ...this.draining, kept_out: asked.keep_out || asked.keep_out_seconds !== undefined }
    },
    undrain: async place => {
      this.undrained.push(place)
      return { opened: 1 }
    },
  }
  /** What methods end with instead. */
  readonly instead = new Map<'preferences' | 'save', ControlFault>()
  /** The names of the edits that were made. */
  readonly edited: string[] = []
  sessions: AnswerOf<'sessions'>['sessions'] = []
  /** How it is, where that is not what it always is. */
  status: AnswerOf<'status'> = STATUS
  /** What is counted, one answer after another; the last is given again. */
  statistics: AnswerOf<'statistics'>[] = [{ blocks: [] }]

  constructor() {
    const answers = Object.entries(ANSWERS).map(([name, answer]) => [name, async () => answer])
    this.service = { ...(Object.fromEntries(answers) as ControlService), ...this.#methods() }
  }

  #methods(): Omit<ControlService, keyof typeof ANSWERS> {
    return {
      tree: async ({ path, depth }) => {
        try {
          const nodes = nodesOf(this.configuration, path, depth)
          return { nodes: nodes.map(node => ({ ...node, ...this.nodes.get(node.path) })) }
        } catch (error) {
          throw notFound(error)
        }
      },
      values: async call => ({ values: readValues(this.configuration, call) }),
      edit: async ({ edits, dryRun }) => {
        let { configuration } = this
        const made = edits.flatMap(call => {
          const edited = applyEdit(configuration, call)
          this.edited.push(call.name)
          configuration = edited.configuration
          return edited.made
        })
        const steps = configuration === this.configuration ? 0 : edits.length
        if (!dryRun) this.configuration = configuration
        return { made, steps }
      },
      plan: async ({ document }) => this.#changesTo(parseConfiguration(document)),
      apply: async ({ document }) => this.#apply(parseConfiguration(document)),
      restore: async () => this.#apply(this.saved ?? this.configuration),
      reload: async asked => {
        this.reloaded.push(asked)
        return this.#apply(this.saved ?? this.configuration)
      },
      document: async () => ({ document: formatConfiguration(this.configuration) }),
      save: async () => {
        this.#refuse('save')
        this.saved = this.configuration
        return { path: '/etc/lunkit/saveconfig.json', generation: 'a' }
      },
      unsaved: async () => ({
        paths: this.saved === this.configuration ? [] : ['/backstores/ramdisk/rd0'],
        changedOutside: false,
      }),
      status: async () => this.status,
      statistics: async () =>
        (this.statistics.length > 1 ? this.statistics.shift() : this.statistics[0]) ?? { blocks: [] },
      sessions: async () => ({ sessions: this.sessions }),
      endSession: async ({ id }) => {
        this.ended.push(id)
        return { ended: 1 }
      },
      ...this.#drains,
      preferences: async () => {
        this.#refuse('preferences')
        return { preferences: this.preferences }
      },
      setPreferences: async ({ preferences }) => {
        this.preferences = { ...this.preferences, ...preferences }
        return { preferences: this.preferences }
      },
      ...this.#streams(),
    }
  }

  #refuse(name: 'preferences' | 'save'): void {
    const fault = this.instead.get(name)
    if (fault) throw fault
  }

  #streams(): Pick<ControlService, 'events' | 'trace'> {
    return {
      events: async (_input, tell) => {
        for (const event of this.events) tell(event)
        return () => {}
      },
      trace: async (input, tell) => {
        this.traced.push(input)
        // A client takes nothing before its question was answered.
        setImmediate(() => {
          for (const told of this.traces) tell(told)
          this.isTraced = true
        })
        return () => {}
      },
    }
  }

  #changesTo(configuration: Configuration): AnswerOf<'plan'> {
    const found = documentChanges(this.configuration, configuration)
    const changes = found.map(change => ({ ...change, keys: [...change.keys], noticed: true }))
    return { steps: found.map(change => JSON.stringify(change)), notices: [], changes }
  }

  #apply(configuration: Configuration): AnswerOf<'apply'> {
    const changes = this.#changesTo(configuration)
    this.configuration = configuration
    return changes
  }
}
