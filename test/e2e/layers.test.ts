import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connect, type LogicalUnit } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { Exporter } from '../harness/exporter.ts'
import { parseExposition } from '../harness/exposition-parser.ts'
import { Scratch } from '../harness/scratch.ts'

const launcher = fileURLToPath(new URL('../../apps/cli/bin/lunkit.js', import.meta.url))
const MIB = 1024 * 1024
const IQN = 'iqn.2026-11.com.example:layers'
const HOST = 'iqn.2026-11.com.example:host'
const LUN = 'ramdisk/r'

const held = new AsyncDisposableStack()
let scratch: Scratch
let daemon: Daemon
let unit: LogicalUnit
beforeAll(async () => {
  scratch = held.adopt(await Scratch.create('layers'), each => each.remove())
  const stores = [{ plugin: 'ramdisk', name: 'r', sizeBytes: MIB }] as const
  daemon = held.adopt(await Daemon.start({ iqn: IQN, stores }, scratch.directory), each =>
    each.stop({ errors: [/read failed/] }),
  )
  const { host, port } = daemon.address(0)
  const session = await connect({ host, port, target: IQN, initiatorName: HOST, keepAlive: false })
  unit = held.use(session).lun(0)
  await unit.ready()
})
afterAll(() => held.disposeAsync())

/** Sets it as an administrator does. */
const set = (setting: string) =>
  promisify(execFile)(launcher, [`/backstores/${LUN}`, 'set', 'setting', setting], {
    env: { ...process.env, LUNKIT_CONTROL: scratch.path('control.sock') },
  })

const operations = () =>
  daemon.records
    .filter(({ event }) => event === 'operation')
    .map(({ operation, lba, blocks, outcome, level, initiatorName }) =>
      [level, operation, lba, blocks, outcome, initiatorName].join(' '),
    )

describe('what stands before a disk that is served', () => {
  it('writes its operations to the log from when it is told to, all or those that fail, and ends when it is told to', async () => {
    await unit.read(1, 2)
    await set('log=all')
    await unit.write(8, Buffer.alloc(1024))
    await unit.read(8, 3)
    await unit.synchronizeCache()
    await vi.waitFor(() => expect(operations().length).toBe(3))
    await set('log=errors')
    await unit.read(4, 1)
    await set('fault=io')
    await expect(unit.read(5, 1)).rejects.toThrow('unrecoveredReadError')
    await set('log=off')
    await expect(unit.read(6, 1)).rejects.toThrow('unrecoveredReadError')
    await set('fault=')
    expect(operations()).toEqual([
      `30 write 8 2 done ${HOST}`,
      `30 read 8 3 done ${HOST}`,
      `30 flush   done ${HOST}`,
      `40 read 5 1 io ${HOST}`,
    ])
  })

  it('holds an initiator to its limit, and a scrape says for how long', async () => {
    await using exporter = await Exporter.start(scratch.path('control.sock'))
    const heldSeconds = async () =>
      parseExposition(await exporter.metrics())
        .get('lunkit_initiator_throttled_seconds_total')
        ?.samples.filter(({ labels }) => labels['initiator'] === HOST && labels['lun'] === LUN)
        .map(({ value }) => value)
    expect(await heldSeconds()).toEqual([0])
    await set('limit_initiator_iops=20')
    const startMs = performance.now()
    for (let at = 0; at < 12; at++) await unit.read(at, 1)
    const tookSeconds = (performance.now() - startMs) / 1000
    await set('limit_initiator_iops=')
    const [found = 0] = (await heldSeconds()) ?? []
    expect(found).toSatisfy((seconds: number) => seconds > 0.25 && seconds < tookSeconds)
  })
})
