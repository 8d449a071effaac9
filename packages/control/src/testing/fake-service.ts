import { applyEdit, formatConfiguration, parseConfiguration, readValues } from '@lunkit/config'
import type { Caller, ControlService, ToldEvent, ToldTrace } from '../control-service.ts'
import type { AnswerOf, CallName } from '../methods/methods.ts'
import type { MethodName } from '../methods/routes.ts'

/** A secret that must not come out anywhere. */
export const PLANTED = `s3cr3t&!#$^*'"  x`

const AT = '2026-11-29T12:00:00.000Z'
const CHANGES: AnswerOf<'plan'> = {
  steps: ['opens ramdisk/rd0'],
  notices: [{ kind: 'kept', text: 'block is not served yet', paths: ['storage_objects[0]'] }],
  changes: [{ kind: 'added', path: '/backstores/block/b', keys: [], noticed: false }],
}

/** What each method of the fake answers, where it does not work on its configuration. */
const ANSWERS = {
  status: {
    version: '1.2.3',
    pid: 42,
    since: AT,
    health: 'degraded',
    troubles: [{ path: '/backstores/fileio/a', wrong: 'its flush failed', remedy: 'lunkit clear-fault fileio/a' }],
    configuration: { path: '/etc/lunkit/saveconfig.json', unsaved: true },
    counts: { storageObjects: 1, targets: 2, portals: 3, luns: 4, sessions: 5 },
  },
  tree: {
    nodes: [
      {
        path: '/iscsi',
        name: 'iscsi',
        depth: 0,
        kind: 'fabric',
        summary: 'Targets: 0',
        healthy: null,
        children: 0,
        served: true,
        info: { password: PLANTED, tag: 1 },
      },
    ],
  },
  plan: CHANGES,
  apply: CHANGES,
  save: { path: '/etc/lunkit/saveconfig.json', generation: '2026-11-29T12:00:00Z' },
  generations: { generations: [{ name: 'a', savedAt: AT, bytes: 17, current: true }] },
  restore: CHANGES,
  unsaved: { paths: ['/backstores/ramdisk/rd0'], changedOutside: false },
  reload: { steps: [], notices: [], changes: [] },
  sessions: {
    sessions: [
      {
        id: '1',
        initiator: 'iqn.2026-11.com.example:host',
        alias: null,
        target: 'iqn.2026-11.com.example:disk',
        tag: 1,
        isid: '00023d000001',
        tsih: 1,
        remote: '127.0.0.1:40000',
        local: '127.0.0.1:3260',
        discovery: false,
        dynamic: true,
        since: AT,
      },
    ],
  },
  endSession: { ended: 1 },
  drain: { sessions: 2, ended: 1, kept_out: false },
  undrain: { opened: 1 },
  refusals: {
    refusals: [
      {
        ...{ at: AT, remote: '10.0.0.1:1', portal: '10.0.0.2:3260', initiator: null, target: null, tag: null },
        ...{ status: '0203', cause: 'unknown_target', reason: 'no target of this name', remedy: 'mend it', times: 2 },
      },
    ],
    counts: [{ cause: 'unknown_target', times: 2 }],
  },
  statistics: {
    blocks: [
      {
        name: 'disk',
        labels: ['disk'],
        metrics: [{ name: 'commands', kind: 'counter', unit: 'commands', help: 'ended', by: 'op' }],
        rows: [{ labels: { disk: 'fileio/a' }, values: { commands: { read: 1, write: 2 } } }],
      },
    ],
  },
  counters: {
    bounds: [0.001, 1],
    blocks: [
      {
        name: 'unit',
        labels: ['unit'],
        cells: [{ metric: 'commands', kind: 'counter', of: 'read' }],
        rows: [{ labels: ['fileio/a'], values: [0, 7], histograms: [] }],
      },
    ],
  },
  inventory: {
    version: '1.2.3',
    node: 'v24.21.0',
    started: 1_796_000_000,
    configuration: { saved: null, unsaved: true, fallbacks: 0 },
    standstills: { times: 0, seconds: 0 },
    calls: [{ method: 'edit', result: 'done', calls: 1 }],
    sessions: [],
    sessionsLeftOut: 0,
    luns: [],
    groups: [],
    mappings: [],
  },
  clearFault: { cleared: true },
  preferences: { preferences: { auto_add_default_portal: true } },
  setPreferences: { preferences: { auto_add_default_portal: false } },
} as const satisfies { readonly [M in CallName]?: AnswerOf<M> }

/** An event as a daemon tells it. */
export const LOGIN: ToldEvent = {
  at: AT,
  kind: 'login',
  path: '/iscsi/iqn.2026-11.com.example:disk',
  text: 'a host logged in',
}

/** A service that keeps a configuration, answers the rest by heart, and notes what it was asked. */
export class FakeService {
  configuration = parseConfiguration('{}')
  readonly asked: { readonly method: MethodName; readonly input: unknown }[] = []
  /** What a method does instead. */
  readonly instead = new Map<CallName, (caller: Caller) => Promise<unknown>>()
  readonly listeners = new Set<(event: ToldEvent) => void>()
  readonly tracers = new Set<(told: ToldTrace) => boolean>()
  readonly service: ControlService

  constructor() {
    const answered = Object.keys(ANSWERS) as (keyof typeof ANSWERS)[]
    this.service = {
      ...(Object.fromEntries(
        answered.map(name => [name, this.#call(name, () => ANSWERS[name])]),
      ) as unknown as ControlService),
      values: this.#call('values', call => ({ values: readValues(this.configuration, call) })),
      edit: this.#call('edit', ({ edits, dryRun }) => {
        let { configuration } = this
        const made = edits.flatMap(call => {
          const edited = applyEdit(configuration, call)
          configuration = edited.configuration
          return edited.made
        })
        if (!dryRun) this.configuration = configuration
        return { made: [...made], steps: edits.length }
      }),
      document: this.#call('document', () => ({ document: formatConfiguration(this.configuration) })),
      events: async (input, tell) => {
        this.asked.push({ method: 'events', input })
        this.listeners.add(tell)
        return () => this.listeners.delete(tell)
      },
      trace: async (input, tell) => {
        this.asked.push({ method: 'trace', input })
        this.tracers.add(tell)
        return () => this.tracers.delete(tell)
      },
    }
  }

  /** As it was when it was new, but for who listens. */
  reset(): void {
    this.configuration = parseConfiguration('{}')
    this.asked.length = 0
    this.instead.clear()
  }

  tell(event: ToldEvent): void {
    for (const tell of this.listeners) tell(event)
  }

  #call<M extends CallName>(
    method: M,
    answer: (input: Parameters<ControlService[M]>[0]) => unknown,
  ): ControlService[M] {
    const call = async (input: Parameters<ControlService[M]>[0], caller: Caller): Promise<unknown> => {
      this.asked.push({ method, input })
      const instead = this.instead.get(method)
      return instead ? instead(caller) : answer(input)
    }
    return call as unknown as ControlService[M]
  }
}
