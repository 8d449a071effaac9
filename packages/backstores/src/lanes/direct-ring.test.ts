import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { pattern } from '../compliance/pattern.ts'
import { storeLimits } from '../limits.ts'
import { errno } from '../native/errno.ts'
import type { Libc } from '../native/libc.ts'
import { libc } from '../native/libc-access.ts'
import { SystemCall } from '../native/system-call.ts'
import { NotedJob } from '../testing/noted-job.ts'
import { DirectRing } from './direct-ring.ts'
import { type LaneJob, LaneOperation } from './lane-job.ts'

const PAGE = 4096
const SYS_io_uring_setup = 425
const SYS_io_uring_enter = 426
const SYS_io_uring_register = 427
const library = libc() as Libc
const directory = mkdtempSync(join(tmpdir(), 'lunkit-direct-'))
const path = join(directory, 'file')
const content = pattern(64 * PAGE, 5)
writeFileSync(path, content)
const fd = openSync(path, 'r+')
afterAll(() => {
  closeSync(fd)
  rmSync(directory, { recursive: true })
})

type SystemCallAnswer = (number: number, given: readonly number[]) => number | undefined

/** The C library, of whose system calls some are answered by a test. */
function libcWith(answer: SystemCallAnswer): Libc {
  const names = ['socket', 'event', 'replace', 'close', 'addressOf', 'mapMemory', 'memoryAt', 'unmap'] as const
  const calls = names.map(name => [
    name,
    (...given: never[]) => (library[name] as (...given: never[]) => unknown)(...given),
  ])
  const systemCall = (number: number, ...given: readonly number[]) =>
    answer(number, given) ?? library.systemCall(number, ...given)
  return { ...Object.fromEntries(calls), systemCall } as unknown as Libc
}

/** A ring, its memory, and how many jobs each call of the kernel was given. */
function setUp(answer: SystemCallAnswer = () => undefined) {
  const memory = new SharedArrayBuffer(32 * PAGE)
  const given: number[] = []
  const noted = libcWith((number, [, submissions = 0]) => {
    const answered = [SYS_io_uring_enter, SYS_io_uring_setup, SYS_io_uring_register].includes(number)
      ? answer(number, [submissions])
      : undefined
    if (number === SYS_io_uring_enter && answered === undefined && submissions > 0) given.push(submissions)
    return answered
  })
  const ended = (job: LaneJob): void => job.ended()
  const ring = DirectRing.open(noted, memory, { now: () => performance.now(), ended })
  const job = (fields: Partial<NotedJob>, onEnd?: () => void) =>
    new NotedJob({ operation: LaneOperation.read, fd, lengthBytes: PAGE, direct: true, ...fields }, onEnd)
  return { ring: ring as DirectRing, isOpen: ring !== undefined, memory: Buffer.from(memory), given, job }
}

describe('reads and writes without a lane', () => {
  it('are given to the kernel together, and each ends with what it came to', async () => {
    const { ring, memory, given, job } = setUp()
    const jobs = [3, 1, 2].map((from, to) => job({ offset: from * PAGE, memoryOffset: to * PAGE }))
    const writing = job({ operation: LaneOperation.write, memoryOffset: 8 * PAGE, offset: 9 * PAGE, lengthBytes: 512 })
    memory.fill(7, 8 * PAGE, 9 * PAGE)
    const beyond = job({ offset: 64 * PAGE - 512, memoryOffset: 10 * PAGE })
    for (const each of [...jobs, writing, beyond]) ring.begin(each)
    await Promise.all([...jobs, writing, beyond].map(each => each.whenEnded))
    for (const [to, from] of [3, 1, 2].entries())
      expect(memory.subarray(to * PAGE, (to + 1) * PAGE)).toEqual(content.subarray(from * PAGE, (from + 1) * PAGE))
    expect([...jobs, writing, beyond].map(({ result }) => result)).toEqual([PAGE, PAGE, PAGE, 512, 512])
    expect(readFileSync(path).subarray(9 * PAGE, 9 * PAGE + 512)).toEqual(Buffer.alloc(512, 7))
    expect([given, jobs[0]?.call, (jobs[0]?.busyMs ?? -1) >= 0]).toEqual([[5], SystemCall.none, true])
    ring.close()
  })

  it('tell errors, and the call that they stand for', async () => {
    const { ring, job } = setUp()
    const reading = openSync(path, 'r')
    const jobs = [job({ fd: reading, operation: LaneOperation.write }), job({ fd: 4095 })]
    for (const each of jobs) ring.begin(each)
    await Promise.all(jobs.map(each => each.whenEnded))
    expect(jobs.map(({ result, call }) => [result, call])).toEqual([
      [-errno.EBADF, SystemCall.pwrite],
      [-errno.EBADF, SystemCall.pread],
    ])
    closeSync(reading)
    ring.close()
  })

  it('may be more than one call takes, and more may follow from each', async () => {
    const { ring, given, job } = setUp()
    const count = storeLimits.directBatch * 3
    const after = job({})
    const jobs = Array.from({ length: count }, (_, at) =>
      job({}, at === count - 1 ? () => ring.begin(after) : undefined),
    )
    for (const each of jobs) ring.begin(each)
    await Promise.all([...jobs, after].map(each => each.whenEnded))
    expect(jobs.every(({ result }) => result === PAGE)).toBe(true)
    expect([given.reduce((sum, each) => sum + each), Math.max(...given)]).toEqual([count + 1, storeLimits.directBatch])
    ring.close()
  })

  it.each([errno.EAGAIN, errno.EINTR, errno.EBUSY])(
    'are given again when the kernel has too much to do (error %i)',
    async number => {
      let refusals = 2
      const { ring, job } = setUp(call => (call === SYS_io_uring_enter && refusals-- > 0 ? -number : undefined))
      const reading = job({})
      ring.begin(reading)
      await reading.whenEnded
      expect([reading.result, refusals < 0]).toEqual([PAGE, true])
      ring.close()
    },
  )

  it('need no kernel that has the newest ways', async () => {
    let refusals = 2
    const { ring, job } = setUp(call => (call === SYS_io_uring_setup && refusals-- > 0 ? -errno.EINVAL : undefined))
    const reading = job({})
    ring.begin(reading)
    await reading.whenEnded
    expect(reading.result).toBe(PAGE)
    ring.close()
  })

  it('are not where the system has no io_uring, tells nobody what has ended, or there is no descriptor left', () => {
    expect(setUp(call => (call === SYS_io_uring_setup ? -errno.EPERM : undefined)).isOpen).toBe(false)
    expect(setUp(call => (call === SYS_io_uring_register ? -errno.ENOMEM : undefined)).isOpen).toBe(false)
    const memory = new SharedArrayBuffer(PAGE)
    const full = { ...libcWith(() => undefined), socket: () => -errno.EMFILE } as unknown as Libc
    expect(DirectRing.open(full, memory, { now: () => 0, ended: () => {} })).toBeUndefined()
  })
})
