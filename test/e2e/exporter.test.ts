import { connect } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { Exporter } from '../harness/exporter.ts'
import { type ParsedFamily, parseExposition } from '../harness/exposition-parser.ts'
import type { ServedConfig } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { PlantedSecrets } from './harness/planted-secrets.ts'

const MIB = 1024 * 1024
const IQN = 'iqn.2026-11.com.example:metrics'
const HOST = 'iqn.2026-11.com.example:host'
const LUN = 'fileio/disk0'
const BLOCK = 512

let scratch: Scratch
let served: ServedConfig
let daemon: Daemon
let exporter: Exporter
/** Planted, and to be found in nothing that anybody is told. */
const secrets = new PlantedSecrets()
const said: string[] = []
beforeAll(async () => {
  scratch = await Scratch.create('exporter')
  const stores = [
    { plugin: 'fileio', name: 'disk0', path: scratch.path('disk0.img'), sizeBytes: MIB, writeBack: true },
  ] as const
  served = { iqn: IQN, stores, credentials: secrets.credentials() }
  daemon = await Daemon.start(served, scratch.directory)
  exporter = await Exporter.start(scratch.path('control.sock'))
})
afterAll(async () => {
  await exporter[Symbol.asyncDispose]()
  await daemon.stop()
  await scratch.remove()
  secrets.checkUntold(said)
})

type Families = ReadonlyMap<string, ParsedFamily>
async function families(): Promise<Families> {
  const text = await exporter.metrics()
  said.push(text)
  return parseExposition(text)
}

/** What the one series says that has these labels, those of the LUN and others. */
function valueOf(all: Families, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const family = all.get(name) ?? all.get(name.replace(/_(?:count|sum|bucket)$/, ''))
  const found = family?.samples.filter(
    sample => sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  )
  expect({ name, labels, series: found?.length }).toEqual({ name, labels, series: 1 })
  return found?.[0]?.value ?? Number.NaN
}

/** How much a counter has grown. */
const grown = (before: Families, after: Families, name: string, labels: Readonly<Record<string, string>>): number =>
  valueOf(after, name, labels) - valueOf(before, name, labels)

/** Where operations of the store were done: reads that were together too. */
const engines = (all: Families): readonly string[] => {
  const { samples = [] } = all.get('lunkit_store_operation_duration_seconds') ?? {}
  return [...new Set(samples.map(({ labels }) => labels['engine'] ?? ''))].filter(engine => engine !== 'uring').sort()
}

describe('the exporter of a lunkitd', () => {
  it('says how many operations and bytes an initiator has done, exactly', async () => {
    const { host, port } = daemon.address(0)
    await using session = await connect({
      host,
      port,
      target: IQN,
      initiatorName: HOST,
      offers: { HeaderDigest: ['CRC32C'] },
    })
    const unit = session.lun(0)
    await unit.ready()
    await unit.write(0, Buffer.alloc(BLOCK))
    await unit.read(0, 1)
    const before = await families()
    const lun = { lun: LUN }
    const [reads, writes] = [137, 89]
    await Promise.all(Array.from({ length: reads }, (_, at) => unit.read(at, 1 + (at % 4))))
    await Promise.all(Array.from({ length: writes }, (_, at) => unit.write(at * 8, Buffer.alloc(8 * BLOCK, at))))
    const after = await families()
    const readBytes =
      BLOCK * Array.from({ length: reads }, (_, at) => 1 + (at % 4)).reduce((sum, blocks) => sum + blocks, 0)
    const writtenBytes = writes * 8 * BLOCK
    const by = { target: IQN, initiator: HOST, lun: LUN }
    const counted = [
      ['lunkit_lun_operations_total', { ...lun, op: 'read' }],
      ['lunkit_lun_operations_total', { ...lun, op: 'write' }],
      ['lunkit_lun_operation_duration_seconds_count', { ...lun, op: 'read' }],
      ['lunkit_lun_operation_duration_seconds_count', { ...lun, op: 'write' }],
      ['lunkit_lun_read_bytes_total', lun],
      ['lunkit_lun_written_bytes_total', lun],
      ['lunkit_initiator_operations_total', { ...by, op: 'write' }],
      ['lunkit_initiator_bytes_total', { ...by, direction: 'read' }],
      ['lunkit_initiator_bytes_total', { ...by, direction: 'write' }],
      ['lunkit_pdus_total', { opcode: 'scsi_command', direction: 'received' }],
    ] as const
    expect(counted.map(([name, labels]) => grown(before, after, name, labels))).toEqual([
      ...[reads, writes, reads, writes, readBytes, writtenBytes],
      ...[writes, readBytes, writtenBytes, reads + writes],
    ])
    expect(valueOf(after, 'lunkit_lun_allocated_bytes', lun)).toBeLessThanOrEqual(MIB)
    const named = { target: IQN, initiator: HOST, auth: 'none', digest: 'header', tls: 'false' }
    expect(valueOf(after, 'lunkit_session_info', named)).toBe(1)
    expect(engines(after)).toEqual(['inline', 'lane'])
  })

  it('has a series of every family that is not about what has not happened', async () => {
    const all = await families()
    const empty = [...all.values()].filter(({ samples }) => samples.length === 0).map(({ name }) => name)
    expect(all.size).toBeGreaterThanOrEqual(35)
    expect(empty.sort()).toEqual([
      'lunkit_isns_failures_total',
      'lunkit_isns_registered',
      'lunkit_lun_queue_wait_seconds',
      'lunkit_lun_task_management_total',
      'lunkit_r2t_wait_seconds',
      'lunkit_session_info',
    ])
    expect(valueOf(all, 'lunkit_lun_check_conditions_total', { lun: LUN, sense_key: 'medium_error' })).toBe(0)
    expect(valueOf(all, 'lunkit_store_errors_total', { lun: LUN, errno: 'EIO' })).toBe(0)
  })

  it('says the same in OpenMetrics', async () => {
    const text = await exporter.metrics('application/openmetrics-text;version=1.0.0')
    expect(text).toMatch(/# TYPE lunkit_lun_read_bytes counter\n(?:lunkit_lun_read_bytes_total\{lun="\S+"\} \d+\n)+#/)
    expect(text).toMatch(/\n# EOF\n$/)
  })

  it('has no secret in it: what it tells of the configuration is names', async () => {
    expect(await exporter.metrics()).not.toMatch(/password|userid|(?<!bad_)secret/i)
  })

  it('says when lunkitd is away, and finds it again by itself', async () => {
    await daemon.kill()
    const away = await families()
    expect([...away.keys()]).toEqual(['lunkit_up', 'lunkit_scrape_duration_seconds'])
    expect(valueOf(away, 'lunkit_up')).toBe(0)
    daemon = await Daemon.start(served, scratch.directory)
    const back = await families()
    expect(valueOf(back, 'lunkit_up')).toBe(1)
    expect(valueOf(back, 'lunkit_lun_operations_total', { lun: LUN, op: 'read' })).toBe(0)
  })
})
