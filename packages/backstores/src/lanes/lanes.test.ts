import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab } from '@lunkit/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualTimers } from '../testing/manual-timers.ts'
import { NotedJob } from '../testing/noted-job.ts'
import type { LaneClient } from './lane-client.ts'
import type { LaneEvent } from './lane-event.ts'
import { LaneOperation } from './lane-job.ts'
import { createLanes, type Lanes } from './lanes.ts'
import type { LanesOptions } from './lanes-options.ts'

const { read, sync, write } = LaneOperation
const FILE_BYTES = 64 * 1024

/** What a store hears of its lanes, in order. */
class Listener implements LaneClient {
  readonly plugin = 'fileio'
  readonly name = 'disk'
  readonly heard: string[] = []

  laneDown(): void {
    this.heard.push('down')
  }

  laneUp(): void {
    this.heard.push('up')
  }
}

let directory: string
let fd: number
let slab: Slab
let timers: ManualTimers
let lanes: Lanes
let events: LaneEvent[]
let heardEvent: (() => void) | undefined

async function start(options: Partial<LanesOptions> = {}): Promise<Lanes> {
  lanes = createLanes({ slab, timers, ...options })
  lanes.listen(event => {
    events.push(event)
    heardEvent?.()
  })
  await lanes.ready
  events = []
  return lanes
}

/** Resolves with the next event of a kind. */
function next(kind: LaneEvent['kind']): Promise<LaneEvent> {
  const { promise, resolve } = Promise.withResolvers<LaneEvent>()
  heardEvent = () => {
    const event = events.at(-1)
    if (event?.kind === kind) resolve(event)
  }
  return promise
}

/** Kills a lane and brings it back. */
async function killAndRestart(index: number, delayMs: number): Promise<void> {
  const died = next('died')
  lanes.terminate(index)
  await died
  const serves = next('serves')
  timers.advance(delayMs)
  await serves
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-lanes-'))
  fd = openSync(join(directory, 'file'), 'w+')
  ftruncateSync(fd, FILE_BYTES)
  slab = new Slab({ sizeBytes: 1024 * 1024 })
  timers = new ManualTimers()
  events = []
  heardEvent = undefined
})

afterEach(async () => {
  await lanes.close()
  closeSync(fd)
  rmSync(directory, { recursive: true })
})

describe('lanes', () => {
  it.each([true, false])('write to and read from a file whose number they are given (koffi: %s)', async native => {
    await start({ native })
    const affinity = lanes.attach(new Listener())
    Buffer.from(slab.memory).write('through shared memory', 8192)
    const written = new NotedJob({ operation: write, fd, memoryOffset: 8192, lengthBytes: 21, offset: 3 })
    affinity.submit(written)
    expect((await written.whenEnded).result).toBe(21)
    expect(readFileSync(join(directory, 'file'), 'latin1').slice(0, 24)).toBe('\0\0\0through shared memory')
    ftruncateSync(fd, 24)
    const got = new NotedJob({ operation: read, fd, memoryOffset: 0, lengthBytes: 100, offset: 11 })
    affinity.submit(got)
    expect((await got.whenEnded).result).toBe(13)
    expect(Buffer.from(slab.memory).toString('latin1', 0, 13)).toBe('shared memory')
  })

  it('hand over what has completed when they are asked, before the event loop turns', async () => {
    await start()
    lanes.setPollUs(1000)
    const access = lanes.attach(new Listener())
    const job = new NotedJob({ operation: write, fd, memoryOffset: 0, lengthBytes: 4096, offset: 0 })
    expect(lanes.poll()).toBe(false)
    access.submit(job)
    while (!lanes.poll()) continue
    expect(job.result).toBe(4096)
    expect(lanes.poll()).toBe(false)
  })

  it('end many more jobs than a ring holds, each once and in order where there is one lane', async () => {
    await start({ count: 1 })
    const affinity = lanes.attach(new Listener())
    const order: number[] = []
    const jobs = Array.from(
      { length: 2000 },
      (_, i) => new NotedJob({ operation: write, fd, lengthBytes: 1, offset: i }, job => order.push(job.offset)),
    )
    for (const job of jobs) affinity.submit(job)
    expect(order).toEqual([])
    await Promise.all(jobs.map(job => job.whenEnded))
    expect(order).toEqual(jobs.map(job => job.offset))
    expect(jobs.every(job => job.endings === 1 && job.result === 1 && !job.lost)).toBe(true)
  })

  it('let a job be submitted again from where it ends', async () => {
    await start()
    const affinity = lanes.attach(new Listener())
    const { promise, resolve } = Promise.withResolvers<void>()
    const job = new NotedJob({ operation: write, fd, lengthBytes: 512 }, ended => {
      ended.offset += 512
      if (ended.endings === 50) resolve()
      else affinity.submit(ended)
    })
    affinity.submit(job)
    await promise
    expect(job.offset).toBe(50 * 512)
  })

  it('give each store a home where the fewest stores are', async () => {
    await start({ count: 3 })
    const homes = [0, 1, 2, 3].map(() => lanes.attach(new Listener()))
    expect(homes.map(({ home }) => home.index)).toEqual([0, 1, 2, 0])
    homes[1]?.detach()
    expect(lanes.attach(new Listener()).home.index).toBe(1)
  })

  it('refuse to be none', async () => {
    await start()
    expect(() => createLanes({ slab, count: 0 })).toThrow('at least 1')
  })

  it('finish what they have before they close', async () => {
    await start()
    const affinity = lanes.attach(new Listener())
    const jobs = Array.from(
      { length: 600 },
      (_, i) => new NotedJob({ operation: i % 100 ? write : sync, fd, lengthBytes: 64, offset: i * 64 }),
    )
    for (const job of jobs) affinity.submit(job)
    expect(await lanes.close()).toBe(true)
    expect(jobs.every(job => job.endings === 1 && !job.lost && job.result >= 0)).toBe(true)
  })

  it('say when the deadline passed before they were closed, and close all the same', async () => {
    await start()
    const late = lanes.close(50)
    timers.advance(50)
    expect(await late).toBe(false)
    expect(await lanes.close()).toBe(true)
    expect(timers.set).toBe(0)
  })

  it('may be closed before they serve', async () => {
    lanes = createLanes({ slab, timers })
    expect(await lanes.close()).toBe(true)
  })
})

describe('a lane that dies', () => {
  it('ends its jobs as lost, once each, after its thread has ended', async () => {
    await start({ count: 1 })
    const client = new Listener()
    const affinity = lanes.attach(client)
    const heardFirst: boolean[] = []
    const jobs = Array.from(
      { length: 1000 },
      (_, i) =>
        new NotedJob({ operation: i % 10 ? write : sync, fd, lengthBytes: 4096, offset: i * 4096 }, job => {
          if (job.lost) heardFirst.push(events.some(({ kind }) => kind === 'died') && client.heard.includes('down'))
        }),
    )
    for (const job of jobs) affinity.submit(job)
    lanes.terminate(0)
    await Promise.all(jobs.map(job => job.whenEnded))
    expect(jobs.every(job => job.endings === 1)).toBe(true)
    const firstLost = jobs.findIndex(job => job.lost)
    expect(firstLost).toBeGreaterThanOrEqual(0)
    // One after the other: all before were done, and of those that were lost only the first can have been begun.
    expect(jobs.map(job => job.lost)).toEqual(jobs.map((_, i) => i >= firstLost))
    expect(jobs.slice(firstLost + 1).some(job => job.begun)).toBe(false)
    expect(heardFirst.every(Boolean)).toBe(true)
    expect(events[0]).toMatchObject({ kind: 'died', lane: 0, cause: { message: 'the thread was terminated' } })
  })

  it('leaves the files of others open', async () => {
    await start({ count: 1 })
    const affinity = lanes.attach(new Listener())
    await killAndRestart(0, 100)
    const job = new NotedJob({ operation: write, fd, lengthBytes: 512 })
    affinity.submit(job)
    expect((await job.whenEnded).result).toBe(512)
  })

  it('serves again after 100 ms, then after twice as long each time, and after 100 ms again once it has been well', async () => {
    await start({ count: 1 })
    for (const delayMs of [100, 200, 400]) {
      const died = next('died')
      lanes.terminate(0)
      await died
      timers.advance(delayMs - 1)
      expect(lanes.isHealthy).toBe(false)
      expect(timers.set).toBe(1)
      const serves = next('serves')
      timers.advance(1)
      await serves
      expect(lanes.isHealthy).toBe(true)
    }
    timers.advance(60_000)
    await killAndRestart(0, 100)
    expect(lanes.isHealthy).toBe(true)
  })

  it('is reported to the stores whose home it is, and to no others', async () => {
    await start({ count: 2 })
    const clients = [0, 1, 2].map(() => new Listener())
    for (const client of clients) lanes.attach(client)
    await killAndRestart(0, 100)
    expect(clients.map(({ heard }) => heard)).toEqual([['down', 'up'], [], ['down', 'up']])
  })

  it('takes a job as lost while it is down, though not from within submit', async () => {
    await start({ count: 1 })
    const affinity = lanes.attach(new Listener())
    const died = next('died')
    lanes.terminate(0)
    await died
    const job = new NotedJob({ operation: write, fd, lengthBytes: 512 })
    affinity.submit(job)
    expect(job.endings).toBe(0)
    await job.whenEnded
    expect([job.lost, job.begun]).toEqual([true, false])
  })

  it('leaves light jobs to the others', async () => {
    await start({ count: 2 })
    const affinity = lanes.attach(new Listener())
    const died = next('died')
    lanes.terminate(0)
    await died
    const job = new NotedJob({ operation: write, fd, lengthBytes: 512 })
    affinity.submit(job)
    expect((await job.whenEnded).result).toBe(512)
  })

  it('sends home what came only because its own lane had more to do, but not what it may have died of', async () => {
    await start({ count: 2 })
    const [, second] = [0, 1].map(() => lanes.attach(new Listener()))
    const heavy = new NotedJob({ operation: sync, fd })
    second?.submit(heavy)
    // Its home is busy with the flush: these go to the other lane, which does not survive its first job.
    const bad = new NotedJob({ operation: 99 as LaneOperation, fd })
    second?.submit(bad)
    const guests = [0, 1, 2].map(i => new NotedJob({ operation: write, fd, lengthBytes: 512, offset: i * 512 }))
    for (const guest of guests) second?.submit(guest)
    expect(await next('died')).toMatchObject({ lane: 0 })
    await Promise.all([bad, heavy, ...guests].map(job => job.whenEnded))
    expect([bad.lost, bad.begun]).toEqual([true, true])
    expect(guests.map(({ lost, result }) => [lost, result])).toEqual(guests.map(() => [false, 512]))
    expect(events.filter(({ kind }) => kind === 'died')).toHaveLength(1)
  })

  it('names what its thread threw', async () => {
    await start({ count: 1 })
    const died = next('died')
    const job = new NotedJob({ operation: 99 as LaneOperation, fd })
    lanes.attach(new Listener()).submit(job)
    expect(await died).toMatchObject({
      kind: 'died',
      lane: 0,
      cause: { message: expect.stringContaining('operation 99') },
    })
    expect((await job.whenEnded).lost).toBe(true)
  })

  it('stays dead when the lanes are closed', async () => {
    await start({ count: 2 })
    const died = next('died')
    lanes.terminate(1)
    await died
    expect(await lanes.close()).toBe(true)
    expect(timers.set).toBe(0)
    expect(events.map(({ kind }) => kind)).toEqual(['died'])
  })

  it('cannot be terminated when it does not serve, or is not there', async () => {
    await start({ count: 1 })
    expect(() => lanes.terminate(7)).toThrow('no lane 7')
    const died = next('died')
    lanes.terminate(0)
    await died
    expect(() => lanes.terminate(0)).toThrow('lane 0 is dead')
  })
})
