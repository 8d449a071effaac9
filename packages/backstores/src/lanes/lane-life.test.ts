import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { storeLimits } from '../limits.ts'
import { libc } from '../native/libc-access.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { ScriptedThread } from '../testing/scripted-thread.ts'
import type { LaneJob } from './lane-job.ts'
import { LaneLife } from './lane-life.ts'

const directory = mkdtempSync(join(tmpdir(), 'lunkit-life-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** A life whose thread is the test's, and what its owner hears. */
function setUp(done: (job: LaneJob) => void = () => {}, native = false) {
  const heard: string[] = []
  const threads: ScriptedThread[] = []
  const life = new LaneLife({
    index: 0,
    memory: new SharedArrayBuffer(64),
    native,
    pollUs: Int32Array.of(7),
    owner: {
      lifeReady: () => heard.push('ready'),
      lifeUnplaced: errno => heard.push(`unplaced ${errno}`),
      jobDone: (_, job) => {
        heard.push(`done ${job.offset}`)
        done(job)
      },
      lifeEnded: (_, cause) => heard.push(`ended ${cause?.message ?? 'well'}`),
    },
    startThread: options => {
      const thread = new ScriptedThread(options)
      threads.push(thread)
      return thread
    },
  })
  const [thread] = threads as [ScriptedThread]
  const submit = (count: number) => {
    for (let offset = 0; offset < count; offset++) life.ring.submit(new NotedJob({ offset }))
  }
  return { life, thread, heard, submit }
}

const mappedFiles = (): string => readFileSync('/proc/self/maps', 'utf8')

describe('one life of a lane', () => {
  it('takes what completes while it takes what has completed, four times, before others have their turn', async () => {
    // Each job that is done lets the next one complete, without a bell.
    const made = setUp(() => {
      if (made.thread.begin()) made.thread.completeQuietly()
    })
    const { thread, heard, submit } = made
    submit(10)
    thread.begin()
    thread.complete()
    expect(heard).toEqual(['done 0', 'done 1', 'done 2', 'done 3'])
    await new Promise(resolve => setImmediate(resolve))
    expect(heard).toHaveLength(8)
    await new Promise(resolve => setImmediate(resolve))
    expect(heard.at(-1)).toBe('done 9')
    expect(heard).toHaveLength(10)
  })

  it('asks for a bell with the next once nothing more has completed', () => {
    const { thread, heard, submit } = setUp()
    submit(2)
    thread.begin()
    thread.complete()
    thread.begin()
    thread.complete()
    expect(heard).toEqual(['done 0', 'done 1'])
  })

  it('is asked for what has completed, and says whether there was any', () => {
    const { life, thread, heard, submit } = setUp()
    submit(2)
    thread.begin()
    expect(life.poll()).toBe(false)
    thread.completeQuietly()
    expect([life.poll(), life.poll(), heard]).toEqual([true, false, ['done 0']])
  })

  it('ends with what it had completed, tells why, and has lost the rest', () => {
    const { life, thread, heard, submit } = setUp()
    submit(3)
    thread.ready()
    thread.begin()
    thread.completeQuietly()
    thread.begin()
    thread.end(new Error('out of memory'))
    expect(heard).toEqual(['ready', 'done 0', 'ended out of memory'])
    expect(life.lost().map(({ offset, lost, begun }) => [offset, lost, begun])).toEqual([
      [1, true, true],
      [2, true, false],
    ])
    expect(life.lost()).toEqual([])
  })

  it('has its thread map files where they can be taken away when it has died over them, so that they are closed', () => {
    const { thread } = setUp(undefined, true)
    const path = join(directory, 'mapped')
    writeFileSync(path, Buffer.alloc(4096, 1))
    const fd = openSync(path, 'r')
    const { mappingAddress: address = 0 } = thread.options
    expect(libc()?.mapFile(fd, 0, { address, lengthBytes: storeLimits.grainRegionBytes })).toBe(address)
    closeSync(fd)
    expect(mappedFiles()).toContain(path)
    thread.end(new Error('the thread was terminated'))
    expect(mappedFiles()).not.toContain(path)
  })

  it('has no place for files of a thread that maps none', () => {
    expect(setUp().thread.options.mappingAddress).toBeUndefined()
  })

  it('is ended as by a crash when that is asked for', () => {
    const { life, thread } = setUp()
    expect([thread.terminated, thread.options.pollUs[0]]).toEqual([false, 7])
    life.terminate()
    expect(thread.terminated).toBe(true)
  })
})
