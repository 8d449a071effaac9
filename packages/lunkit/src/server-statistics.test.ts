import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BlockReader } from '@lunkit/statistics'
import { connect, createTarget, fileio, openBlockDevice, ramdisk, threadMetrics } from 'lunkit'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { ServerStatistics } from './server-statistics.ts'

const BLOCK_BYTES = 4096
const directory = mkdtempSync(join(tmpdir(), 'lunkit-statistics-'))
afterAll(() => rmSync(directory, { recursive: true }))
afterEach(() => void vi.useRealTimers())

type UnitValues = ReturnType<ServerStatistics['snapshot']>['units'][number]['values']

const storeReadsOf = ({ storeInline, storeUring, storeLane }: UnitValues): number =>
  storeInline.read.count + storeUring.read.count + storeLane.read.count

describe('what a server has counted', () => {
  it('equals what an initiator did, by unit and by nexus, and stays when the session and the disks have gone', async () => {
    const path = join(directory, 'disk')
    writeFileSync(path, Buffer.alloc(64 * BLOCK_BYTES, 1))
    const luns = [ramdisk({ sizeBytes: 64 * BLOCK_BYTES }), fileio({ path, sizeBytes: 64 * BLOCK_BYTES })]
    const target = await createTarget({ luns })
    const { statistics } = target.server
    const session = await connect(target.address)
    for (const lun of luns.keys()) {
      const device = await openBlockDevice(session.lun(lun))
      const at = [...Array(32).keys()].map(block => block * BLOCK_BYTES)
      await Promise.all(at.map(offset => device.write(offset, Buffer.alloc(BLOCK_BYTES, lun))))
      await Promise.all(at.map(offset => device.read(offset, BLOCK_BYTES)))
      await device.flush()
    }
    const did = {
      commands: { read: 32, write: 32, flush: 1 },
      bytes: { read: 131_072, write: 131_072 },
      abortedCommands: 0,
    }
    const { units, nexuses, stores } = statistics.snapshot()
    const disks = units.filter(({ labels }) => !labels.unit.startsWith('_'))
    expect(disks).toMatchObject([{ values: did }, { values: did }])
    expect(nexuses.filter(({ values }) => values.commands.read > 0)).toMatchObject([{ values: did }, { values: did }])
    for (const { values } of disks) expect([values.duration.read.count, storeReadsOf(values)]).toEqual([32, 32])
    expect(stores.map(({ values }) => values.inPlaceReads + values.laneOperations >= 32)).toEqual([true])
    expect(statistics.get('commands')).toBeGreaterThan(130)
    // Two disks, and the unit that says that it is not there; of each disk the nexus, and what nexuses had that have gone.
    expect(statistics.rowsTaken).toMatchObject({ units: 3, nexuses: 4, stores: 1, threads: 1 })
    const [portal, of] = [`127.0.0.1:${target.address.port}`, statistics.snapshot()]
    expect(of.portals.find(({ labels }) => labels.portal === portal)?.values).toMatchObject({
      connections: 1,
      logins: 1,
    })
    const { name } = target
    expect(of.sessions.find(({ labels }) => labels.target === name)?.values.sessions).toMatchObject({ normal: 1 })
    await session.close()
    await target.close()
    expect(statistics.rowsTaken).toMatchObject({ units: 1, nexuses: 0, stores: 0 })
    const after = statistics.snapshot()
    const both = {
      commands: { read: 64, write: 64, flush: 2 },
      bytes: { read: 262_144, write: 262_144 },
      abortedCommands: 0,
    }
    expect(after.units.find(({ labels }) => labels.unit === '_ended')?.values).toMatchObject({ ...both, tasks: 0 })
    expect(after.nexuses.filter(({ values }) => values.commands.read > 0)).toMatchObject([{ values: both }])
  })
})

describe('the thread of a server', () => {
  const buffers = { takenBytes: 4096, memory: { byteLength: 65_536 } }

  it('is looked at ten times a second: how late that was, and what of its memory is used', () => {
    vi.useFakeTimers()
    const statistics = new ServerStatistics(buffers)
    vi.advanceTimersByTime(1000)
    statistics.stop()
    vi.advanceTimersByTime(1000)
    const [row] = new BlockReader(threadMetrics, statistics.blocks.threads.memory).snapshot()
    expect(row?.labels).toEqual({ thread: 'protocol' })
    expect(row?.values.eventLoopLag.count).toBe(10)
    expect(row?.values.eventLoopLag.sumSeconds).toBe(0)
    expect(row?.values.bufferBytes).toEqual({ used: 4096, free: 61_440 })
  })

  it('has the time by which it was late', () => {
    let nowMs = 0
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
    const statistics = new ServerStatistics(buffers)
    nowMs = 350
    vi.advanceTimersByTime(100)
    statistics.stop()
    vi.restoreAllMocks()
    expect(statistics.snapshot().threads[0]?.values.eventLoopLag.sumSeconds).toBeCloseTo(0.25)
  })
})
