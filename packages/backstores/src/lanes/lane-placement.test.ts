import { closeSync, ftruncateSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab } from '@lunkit/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NotedJob } from '../testing/noted-job.ts'
import type { LaneClient } from './lane-client.ts'
import type { LaneEvent } from './lane-event.ts'
import { LaneOperation } from './lane-job.ts'
import { createLanes, type Lanes } from './lanes.ts'
import type { LanesOptions } from './lanes-options.ts'

let directory: string
let fd: number
let lanes: Lanes
let events: LaneEvent[]

async function start(options: Partial<LanesOptions>): Promise<Lanes> {
  lanes = createLanes({ slab: new Slab({ sizeBytes: 1024 * 1024 }), ...options })
  lanes.listen(event => void events.push(event))
  await lanes.ready
  return lanes
}

const store = (name: string, apart = false): LaneClient => ({
  ...{ plugin: 'fileio', name, apart, laneDown: () => undefined, laneUp: () => undefined },
})

/** The number of the lane that each of these is at home in. */
const homes = (...names: string[]): number[] => names.map(name => lanes.attach(store(name)).home.index)

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lunkit-placement-'))
  fd = openSync(join(directory, 'file'), 'w+')
  ftruncateSync(fd, 65_536)
  events = []
})

afterEach(async () => {
  await lanes.close()
  closeSync(fd)
  rmSync(directory, { recursive: true })
})

describe('stores that are placed in lanes', () => {
  it('are at home there, and no others, whoever comes first', async () => {
    await start({ count: 3, placement: { 'fileio/own': 1, 'fileio/shared': 2, 'fileio/other': 2 } })
    expect(homes('a', 'b', 'own', 'shared', 'other', 'c')).toEqual([0, 0, 1, 2, 2, 0])
  })

  it('leave the others all lanes where each is somebody’s', async () => {
    await start({ count: 2, placement: { 'fileio/x': 0, 'fileio/y': 1 } })
    expect(homes('a', 'b', 'x')).toEqual([0, 1, 0])
  })

  it('have done elsewhere what must not wait for them', async () => {
    await start({ count: 2, placement: { 'fileio/x': 0 } })
    expect(lanes.attach(store('x', true)).home.index).toBe(1)
  })

  it('move while they are open, and make way, and come back when nobody is placed any more', async () => {
    await start({ count: 2 })
    const [one, other, third] = ['one', 'other', 'third'].map(name => lanes.attach(store(name)))
    const where = () => [one, other, third].map(access => access?.home.index)
    expect(where()).toEqual([0, 1, 0])
    lanes.place({ 'fileio/other': 0 })
    expect(where()).toEqual([1, 0, 1])
    lanes.place({})
    expect([where(), homes('fourth')]).toEqual([[1, 0, 1], [0]])
  })

  it('have all they do done in their lane, however busy it is', async () => {
    await start({ count: 2, placement: { 'fileio/x': 1 } })
    const access = lanes.attach(store('x'))
    const jobs = Array.from(
      { length: 64 },
      (_, at) => new NotedJob({ operation: LaneOperation.write, fd, lengthBytes: 512, offset: at * 512 }),
    )
    for (const job of jobs) access.submit(job)
    expect(access.home.load).toBe(64)
    await Promise.all(jobs.map(job => job.whenEnded))
    expect(jobs.every(({ result }) => result === 512)).toBe(true)
  })

  it('are of lanes that there are', async () => {
    await start({ count: 2 })
    expect(() => lanes.place({ 'fileio/x': 2 })).toThrow('fileio/x is 2; right is a whole number from 0 to 1')
    expect(() => createLanes({ slab: lanes.slab, count: 1, placement: { 'fileio/x': 1 } })).toThrow(RangeError)
    expect(() => lanes.place(null as never)).toThrow(TypeError)
  })
})

describe('lanes that have processors', () => {
  /** The processors that the threads of a lane may run on; other tests may have one of that number in this process. */
  function processorsOf(lane: number): readonly string[] {
    const threads = readdirSync('/proc/self/task').map(thread => statusOf(`/proc/self/task/${thread}`))
    return threads.flatMap(status => (status.startsWith(`Name:\tlane ${lane}\n`) ? [processorsIn(status)] : []))
  }

  it('run there, and go round where there are fewer processors', async () => {
    const [first = 0] = allowed()
    await start({ count: 2, cpus: [first] })
    for (const lane of [0, 1]) expect(processorsOf(lane)).toContain(String(first))
    expect(events.some(({ kind }) => kind === 'unplaced')).toBe(false)
  })

  it('say which there is not, and run on any', async () => {
    await start({ count: 1, cpus: [8191] })
    expect(events).toContainEqual({ kind: 'unplaced', lane: 0, cpu: 8191, code: 'EINVAL' })
    expect(processorsOf(0)).toContain(processorsIn(statusOf('/proc/thread-self')))
  })

  it('are refused what is no processor', () => {
    const slab = new Slab({ sizeBytes: 1024 * 1024 })
    for (const cpus of [[], [-1], [0.5], [8192]]) expect(() => createLanes({ slab, cpus })).toThrow('processors')
    lanes = createLanes({ slab })
  })
})

/** What the system says of a thread; nothing of one that has ended. */
function statusOf(thread: string): string {
  try {
    return readFileSync(`${thread}/status`, 'utf8')
  } catch {
    return ''
  }
}

const processorsIn = (status: string): string => /^Cpus_allowed_list:\t(.*)$/m.exec(status)?.[1] ?? ''
const allowed = (): number[] => processorsIn(statusOf('/proc/thread-self')).split(/[-,]/).map(Number)
