import { mkdir, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { ControlClient } from '@lunkit/control/client'
import { connect, type LogicalUnit, LoginError } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Bugs } from '../faults/bugs.ts'
import { until } from '../faults/rig.ts'
import { SystemCalls } from '../faults/system-calls.ts'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Daemon } from '../harness/daemon.ts'
import type { ServedConfig } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { shippedText } from './shipped-files.ts'
import { WatchedLunkitd } from './watched-lunkitd.ts'

const MIB = 2 ** 20
const IQN = 'iqn.2026-11.io.lunkit.test:watched'
const CLOSED = 'iqn.2026-11.io.lunkit.test:closed'
/** A minute of the rules is a second here. */
const PACE = { intervalMs: 500, timesFaster: 60 }
/** What lunkitd logs of the harm that is done to it. */
const ERRORS = [
  /^fileio\/\w+: (?:write|flush) failed/,
  /^fileio\/\w+: a flush failed/,
  /^worker lane died/,
  /^the protocol thread stands still/,
]
const NAMES = ['slow', 'broken', 'full', 'flushing', 'lane', 'gone', 'thin'] as const
type Name = (typeof NAMES)[number]

let scratch: Scratch
let watched: WatchedLunkitd
let calls: SystemCalls
let bugs: Bugs
let served: ServedConfig

beforeAll(async () => {
  scratch = await Scratch.create('alerts')
  calls = await SystemCalls.prepare(scratch)
  bugs = new Bugs(scratch)
  const stores = NAMES.map(name => {
    return { plugin: 'fileio', name, sizeBytes: 8 * MIB, path: fileOf(name), writeBack: true } as const
  })
  const closed = { iqn: CLOSED, stores: [], attributes: { generate_node_acls: 0 } }
  served = { iqn: IQN, stores, others: [closed] }
  watched = await WatchedLunkitd.start(served, { scratch, pace: PACE, daemon: daemonOptions() })
})
afterAll(async () => {
  await watched?.endWatching()
  await watched?.daemon.kill([...ERRORS, /^fileio\/gone is not served/, /nobody has cleared that/])
  calls?.close()
  await scratch?.remove()
})

const fileOf = (name: Name): string => scratch.path(`${name}.img`)
const daemonOptions = () => ({
  environment: { ...calls.environment, ...bugs.environment },
  nodeArguments: bugs.nodeArguments,
})

async function usingUnit(name: Name, use: (unit: LogicalUnit) => Promise<unknown>): Promise<void> {
  const lun = NAMES.indexOf(name)
  const { host, port } = watched.daemon.address(lun)
  await using session = await connect({ host, port, target: IQN, keepAlive: false })
  const unit = session.lun(lun)
  await unit.ready()
  await use(unit)
}

/** Writes wait four times as long as the objective allows. */
async function writeSlowly(unit: LogicalUnit): Promise<void> {
  const rule = calls.meet({ file: fileOf('slow'), calls: ['sync', 'writeThrough'], wait: true })
  const writes = Array.from({ length: 16 }, (_, at) => unit.write(at * 8, Buffer.alloc(4096, 1), { fua: true }))
  await delay(200)
  rule.end()
  await Promise.all(writes)
}

const failWrite = (name: Name, error: 'EIO' | 'ENOSPC'): Promise<void> =>
  usingUnit(name, async unit => {
    const rule = calls.meet({ file: fileOf(name), calls: ['write'], error })
    expect(await outcomeOf(unit.write(0, Buffer.alloc(4096, 1)))).not.toBe('good')
    rule.end()
  })

async function failFlush(unit: LogicalUnit): Promise<void> {
  await unit.write(0, Buffer.alloc(4096, 1))
  const rule = calls.meet({ file: fileOf('flushing'), calls: ['sync'], error: 'EIO', times: 1 })
  expect(await outcomeOf(unit.synchronizeCache())).toBe('writeError')
  rule.end()
}

async function killLane(unit: LogicalUnit): Promise<void> {
  await unit.write(0, Buffer.alloc(4096, 1))
  bugs.order('lane', 'exit', { file: fileOf('lane') })
  expect(await outcomeOf(unit.synchronizeCache())).toBe('internalTargetFailureAborted')
}

/** Seven eighths of what there is. How much a file takes is looked at twice a minute, so that this is seen late. */
async function fill(unit: LogicalUnit): Promise<void> {
  for (let at = 0; at < 56; at++) await unit.write(at * 256, Buffer.alloc(MIB / 8, 1))
}

async function beRefused(): Promise<void> {
  const { host, port } = watched.daemon.address(0)
  for (let attempt = 0; attempt < 8; attempt++)
    await expect(connect({ host, port, target: CLOSED, keepAlive: false })).rejects.toBeInstanceOf(LoginError)
}

async function changeAndNotSave(): Promise<void> {
  const client = new ControlClient({ path: scratch.path('control.sock') })
  await client.call('edit', { edits: [{ name: 'createRamdisk', given: { name: 'unsaved', size: MIB } }] })
}

/** It is found after two seconds, and counted when it has ended. */
async function standStill(): Promise<void> {
  const { host, port } = watched.daemon.address(0)
  await using session = await connect({ host, port, target: IQN, keepAlive: false })
  bugs.order('connection', 'spin')
  const pinged = outcomeOf(session.ping(Buffer.from('are you there?')))
  const isLogged = (event: string): boolean => watched.daemon.records.some(record => record['event'] === event)
  await until('it stands still', () => isLogged('standsStill'))
  // Whoever answers in its place is loaded first.
  const client = new ControlClient({ path: scratch.path('control.sock') })
  await until('it is told', () => client.call('status').then(({ health }) => health === 'failed'))
  bugs.letGo()
  expect(await pinged).toBe('good')
}

/** It ends, and is started again when what it had to serve has gone. */
async function loseFile(): Promise<void> {
  await rm(fileOf('gone'))
  await mkdir(fileOf('gone'))
  watched.daemon = await Daemon.start(served, scratch.directory, { ...daemonOptions(), servedLuns: NAMES.length - 1 })
}

type Labels = Readonly<Record<string, string>>

/** An alert that must fire, whom it is to name, and what brings it about, unless another row has done so. */
interface Row {
  readonly alert: string
  readonly labels: Labels
  readonly cause?: () => Promise<void>
}

/** What is done at once to one lunkitd. */
const HARMED: readonly Row[] = [
  { alert: 'LunkitLatencyBurnsFast', labels: { lun: 'fileio/slow' }, cause: () => usingUnit('slow', writeSlowly) },
  { alert: 'LunkitLatencyBurnsSlowly', labels: { lun: 'fileio/slow' } },
  {
    alert: 'LunkitStoreErrors',
    labels: { lun: 'fileio/broken', errno: 'EIO' },
    cause: () => failWrite('broken', 'EIO'),
  },
  {
    alert: 'LunkitStoreErrors',
    labels: { lun: 'fileio/full', errno: 'ENOSPC' },
    cause: () => failWrite('full', 'ENOSPC'),
  },
  { alert: 'LunkitStoreFull', labels: { lun: 'fileio/full' } },
  { alert: 'LunkitStoreErrors', labels: { lun: 'fileio/flushing', errno: 'EIO' } },
  { alert: 'LunkitLunFaulted', labels: { lun: 'fileio/flushing' }, cause: () => usingUnit('flushing', failFlush) },
  { alert: 'LunkitLoginFailures', labels: { target: CLOSED, reason: 'no_acl' }, cause: beRefused },
  { alert: 'LunkitConfigurationNotSaved', labels: {}, cause: changeAndNotSave },
  { alert: 'LunkitThinSpaceFilling', labels: { lun: 'fileio/thin' }, cause: () => usingUnit('thin', fill) },
]
/** What ends, one after the other. Other LUNs are faulted, too, until the lane is back. */
const GONE: readonly Row[] = [
  { alert: 'LunkitLaneRestarts', labels: {}, cause: () => usingUnit('lane', killLane) },
  { alert: 'LunkitStandstill', labels: {}, cause: standStill },
  { alert: 'LunkitDown', labels: { severity: 'critical' }, cause: () => watched.daemon.kill(ERRORS) },
  { alert: 'LunkitLunDown', labels: { lun: 'fileio/gone' }, cause: loseFile },
  { alert: 'LunkitExporterDown', labels: { job: 'lunkit' }, cause: () => watched.exporter[Symbol.asyncDispose]() },
]

/** The alerts that have fired so far, also those that do no longer. */
const fired = async (): Promise<readonly Labels[]> =>
  (await watched.prometheus.query('max_over_time(ALERTS{alertstate="firing"}[1h])')).map(({ metric }) => metric)
const firing = async (): Promise<readonly Labels[]> =>
  (await watched.prometheus.alerts()).filter(({ state }) => state === 'firing').map(({ labels }) => labels)

const isThere = ({ alert: alertname, labels }: Row, alerts: readonly Labels[]): boolean =>
  alerts.some(each => Object.entries({ alertname, ...labels }).every(([name, value]) => each[name] === value))

const namesOf = (alerts: readonly Labels[]): readonly string[] =>
  alerts.map(({ alertname, lun = '', errno = '' }) => `${alertname} ${lun} ${errno}`).sort()

describe('the alerts, where a minute of the rules is a second', () => {
  it('do not fire while nothing is wrong', async () => {
    await usingUnit('slow', unit => unit.write(0, Buffer.alloc(4096)))
    const seen = 'lunkit_lun_operation_duration_seconds_count{lun="fileio/slow", op="write"} == 1'
    await until('a write is seen', async () => (await watched.prometheus.query(seen)).length === 1)
    expect(await fired()).toEqual([])
  })

  describe('of a lunkitd to which harm is done', () => {
    beforeAll(() => Promise.all(HARMED.flatMap(({ cause }) => cause?.() ?? [])))

    it.each(HARMED)('$alert fires: $labels', async row => {
      await until(`${row.alert} fires`, async () => isThere(row, await fired()))
      expect(isThere(row, await fired())).toBe(true)
    })

    it('no other fires', async () => {
      const caused = HARMED.map(({ alert, labels }) => ({ alertname: alert, ...labels }))
      expect(namesOf(await fired())).toEqual(namesOf(caused))
    })
  })

  it.each(GONE)('$alert fires: $labels', async row => {
    // A scrape may take no longer than the time between two. After a start one could.
    await until(`${row.alert} does not fire yet`, async () => !isThere(row, await firing()))
    await row.cause?.()
    await until(`${row.alert} fires`, async () => isThere(row, await firing()))
    expect(isThere(row, await fired())).toBe(true)
  })

  it('are all that are shipped', () => {
    const shipped = [...shippedText('prometheus/lunkit.rules.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name)
    expect(new Set([...HARMED, ...GONE].map(({ alert }) => alert))).toEqual(new Set(shipped))
  })
})
