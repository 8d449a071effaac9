import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab } from '@lunkit/wire'
import { expect, it } from 'vitest'
import { storeLimits } from '../limits.ts'
import { ManualTimers } from '../testing/manual-timers.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { LaneOperation } from './lane-job.ts'
import { createLanes } from './lanes.ts'
import { MOST_LANES } from './lanes-options.ts'

const slab = new Slab({ sizeBytes: 4096 })

it('lanes whose thread dies again before it serves tell of one outage, to whoever came meanwhile too', async () => {
  const lanes = createLanes({ slab, count: 1, native: false })
  await lanes.ready
  const heard: string[] = []
  const attach = (name: string) =>
    lanes.attach({
      plugin: 'fileio',
      name,
      laneDown: () => heard.push(`${name} down`),
      laneUp: () => heard.push(`${name} up`),
    })
  const { home } = attach('first')
  lanes.laneDied(home, new Set(), undefined)
  attach('second')
  lanes.laneDied(home, new Set(), undefined)
  expect(heard).toEqual(['first down', 'second down'])
  lanes.laneServes(home)
  expect(heard.slice(2)).toEqual(['first up', 'second up'])
  lanes.laneServes(home)
  expect(heard).toHaveLength(4)
  await lanes.close()
})

it('lanes are at most 1024, and whole ones', () => {
  expect(() => createLanes({ slab, count: MOST_LANES + 1 })).toThrow('at least 1 is needed, and 1024 are the most')
  expect(() => createLanes({ slab, count: 1.5 })).toThrow('1.5 lanes were asked for')
})

it('a read past the page cache that does not return is told of, and when it has; what else its store asks for waits', async () => {
  const timers = new ManualTimers()
  const lanes = createLanes({ slab, timers, count: 1 })
  await lanes.ready
  const heard: unknown[] = []
  lanes.listen(event => heard.push(event))
  const affinity = lanes.attach({ plugin: 'block', name: 'disk', laneDown: () => {}, laneUp: () => {} })
  // A pipe that nobody has written to.
  const directory = mkdtempSync(join(tmpdir(), 'lunkit-outage-'))
  const path = join(directory, 'pipe')
  const made = spawnSync('mkfifo', [path])
  const fd = openSync(path, 'r+')
  const reads = [true, false].map(
    direct => new NotedJob({ operation: LaneOperation.read, fd, lengthBytes: 8, direct, offset: 0 }),
  ) as [NotedJob, NotedJob]
  affinity.submit(reads[0])
  timers.advance(storeLimits.laneStuckMs)
  affinity.submit(reads[1])
  const disk = { lane: undefined, store: 'block/disk' }
  expect([made.status, heard]).toEqual([0, [{ kind: 'stuck', ...disk }]])
  writeSync(fd, 'x'.repeat(8))
  await Promise.all(reads.map(read => read.whenEnded))
  expect(reads[0].result).toBe(8)
  expect(heard.slice(1)).toEqual([{ kind: 'returned', ...disk, cause: undefined }])
  closeSync(fd)
  rmSync(directory, { recursive: true })
  await lanes.close()
})
