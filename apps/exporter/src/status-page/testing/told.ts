import type { ResultOf } from '@lunkit/control/client'
import { DAEMON } from '../../testing/told-daemon.ts'

/** What a lunkitd tells. */
export interface Told {
  readonly status: ResultOf<'status'>
  readonly inventory: ResultOf<'inventory'>
  readonly refusals: ResultOf<'refusals'>
  readonly sessions: ResultOf<'sessions'>
  readonly counters: ResultOf<'counters'>
}

type Lun = Told['inventory']['luns'][number]
type Session = Told['inventory']['sessions'][number]
type Refusal = Told['refusals']['refusals'][number]

const AT = '2026-11-29T12:00:00.000Z'
/** The one target. */
export const TARGET = 'iqn.2026-11.com.example:disks'
/** The one host. */
export const HOST = 'iqn.1993-08.org.debian:01:host'

/** A LUN of one GiB, in order. */
export const lun = (key: string, more: Partial<Lun> = {}): Lun => ({
  ...{ lun: key, state: 'ready', size: 2 ** 30, serial: 's', product: 'FILEIO', naa: '6001405' },
  ...{ blockSize: 512, thin: false },
  ...more,
})

/** A session of the one host. */
export const session = (more: Partial<Session> = {}): Session => ({
  ...{ target: TARGET, initiator: HOST, tsih: 1, address: '10.0.0.7:40000', alias: '' },
  ...{ auth: 'none', digest: 'none', tls: false },
  ...more,
})

/** The same as it is told in full. */
export const sessionInFull = (
  { target, address: remote, ...more }: Session,
  since: string,
): Told['sessions']['sessions'][number] => ({
  ...{ id: '1', target, tag: 1, isid: '00023d000001', remote, local: '10.0.0.1:3260', discovery: false },
  ...{ dynamic: false, since, luns: [], load: {} },
  ...more,
})

/** Somebody who was turned away. */
export const refusal = (more: Partial<Refusal> = {}): Refusal => ({
  ...{ at: AT, remote: '10.0.0.9:1', portal: '10.0.0.2:3260', initiator: HOST, target: TARGET, tag: 1 },
  ...{ status: '0202', cause: 'no_acl', reason: 'no ACL has it', remedy: 'create one', times: 1 },
  ...more,
})

/** Commands that were counted: reads and writes of so many bytes, and how many of them took no longer than 1 ms and 10 ms. */
export interface CountedCommands {
  readonly reads?: number
  readonly writes?: number
  readonly bytes?: number
  readonly sumSeconds?: number
  readonly within?: readonly [ms1: number, ms10: number]
  readonly tasks?: number
}

const CELLS: Told['counters']['blocks'][number]['cells'] = [
  { metric: 'commands', kind: 'counter', of: 'read' },
  { metric: 'commands', kind: 'counter', of: 'write' },
  { metric: 'bytes', kind: 'counter', of: 'read' },
  { metric: 'duration', kind: 'histogram', of: 'read' },
  { metric: 'tasks', kind: 'gauge', of: '' },
  { metric: 'checkConditions', kind: 'counter', of: 'mediumError' },
]

function row(labels: string[], { reads = 0, writes = 0, bytes = 0, tasks = 0, ...times }: CountedCommands) {
  const { sumSeconds = 0, within = [0, 0] } = times
  return {
    labels,
    values: [0, reads, 1, writes, 2, bytes, 4, tasks, 5, 99],
    histograms: [[3, reads + writes, sumSeconds, ...within]],
  }
}

/** What is counted of LUNs, and of the one host at the first of them. */
export function counters(units: Readonly<Record<string, CountedCommands>>): Told['counters'] {
  const rows = Object.entries(units).map(([unit, counted]) => row([unit], counted))
  const nexuses = Object.entries(units).map(([unit, counted]) => row([TARGET, '1', HOST, unit], counted))
  return {
    bounds: [0.001, 0.01],
    blocks: [
      { name: 'unit', labels: ['unit'], cells: CELLS, rows: [...rows, row(['_ended'], { reads: 1e9 })] },
      { name: 'nexus', labels: ['target', 'tpg', 'initiator', 'unit'], cells: CELLS, rows: nexuses },
    ],
  }
}

/** What a lunkitd tells that has one LUN, and nobody who uses it. */
export const TOLD: Told = {
  status: {
    ...{ version: '1.2.3', pid: 42, since: AT, health: 'ok', troubles: [] },
    configuration: { path: '/etc/lunkit/saveconfig.json', unsaved: false },
    counts: { storageObjects: 1, targets: 1, portals: 1, luns: 1, sessions: 0 },
    isns: [],
  },
  inventory: {
    ...DAEMON,
    configuration: { saved: null, unsaved: false, fallbacks: 0 },
    isns: [],
    sessions: [],
    luns: [lun('fileio/a')],
    groups: [{ target: TARGET, tpg: 1, portals: ['127.0.0.1:3260'], initiators: 0, isOpen: true }],
    mappings: [{ target: TARGET, tpg: 1, number: 3, lun: 'fileio/a' }],
  },
  refusals: { refusals: [], counts: [] },
  sessions: { sessions: [] },
  counters: counters({ 'fileio/a': {} }),
}
