import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { pattern } from '../compliance/pattern.ts'
import { ScriptedUring } from '../testing/scripted-uring.ts'
import { errno } from './errno.ts'
import type { Libc } from './libc.ts'
import { libc } from './libc-access.ts'
import { openUring, ReadUring } from './read-uring.ts'
import { UringCalls } from './uring-calls.ts'

const PAGE = 4096
const directory = mkdtempSync(join(tmpdir(), 'lunkit-uring-'))
const path = join(directory, 'file')
const content = pattern(64 * PAGE, 5)
writeFileSync(path, content)
const fd = openSync(path, 'r')
afterAll(() => {
  closeSync(fd)
  rmSync(directory, { recursive: true })
})

const page = (at: number): Buffer => content.subarray(at * PAGE, (at + 1) * PAGE)

/** A ring over a kernel that follows a script, and the memory that it reads to. */
function scripted() {
  const memory = Buffer.alloc(16 * PAGE)
  const kernel = new ScriptedUring(memory)
  const ring = new ReadUring(kernel as unknown as UringCalls, kernel.entries)
  const add = (to: number, from: number): void => ring.add(fd, from * PAGE, { address: to * PAGE, lengthBytes: PAGE })
  const read = (at: number): Buffer => memory.subarray(at * PAGE, (at + 1) * PAGE)
  return { kernel, ring, add, read }
}

describe('many reads with one call', () => {
  it('brings each to its memory, round after round, without waiting for the medium', () => {
    const { kernel, ring, add, read } = scripted()
    for (let round = 0; round < 5; round++) {
      for (const [to, from] of [7, 3, round].entries()) add(to, from)
      expect(ring.run()).toBe(3)
      expect([...ring.results.subarray(0, 3)]).toEqual([PAGE, PAGE, PAGE])
      expect([read(0), read(1), read(2)]).toEqual([page(7), page(3), page(round)])
    }
    expect(kernel.enters).toBe(5)
    expect(new Set(kernel.rwFlags)).toEqual(new Set([8]))
  })

  it('says of each how it has ended', () => {
    const { kernel, ring, add } = scripted()
    kernel.resultOf = offset => [undefined, -errno.EAGAIN, -errno.EIO, 512][offset / PAGE]
    for (const at of [3, 2, 1, 0]) add(at, at)
    expect(ring.run()).toBe(4)
    expect([...ring.results]).toEqual([512, -errno.EIO, -errno.EAGAIN, PAGE])
  })

  it('reads beyond 4 GiB', () => {
    const { kernel, ring } = scripted()
    const offsets: number[] = []
    kernel.resultOf = offset => offsets.push(offset)
    ring.add(fd, 5 * 2 ** 32 + 2 ** 31 + 512, { address: 0, lengthBytes: 512 })
    ring.add(fd, 2 ** 32 - 512, { address: 0, lengthBytes: 512 })
    ring.run()
    expect(offsets).toEqual([23_622_320_640, 4_294_966_784])
  })

  it('tells how many were taken, the first ones, and forgets the others', () => {
    const { kernel, ring, add, read } = scripted()
    kernel.takes = 1
    add(0, 10)
    add(1, 11)
    expect(ring.run()).toBe(1)
    expect(read(0)).toEqual(page(10))
    kernel.takes = 4
    add(2, 12)
    expect(ring.run()).toBe(1)
    expect([read(1), read(2)]).toEqual([Buffer.alloc(PAGE), page(12)])
  })

  it('takes none where the call fails', () => {
    const { kernel, ring, add, read } = scripted()
    kernel.enterError = -errno.EBUSY
    add(0, 1)
    expect(ring.run()).toBe(-errno.EBUSY)
    kernel.enterError = 0
    add(0, 2)
    expect(ring.run()).toBe(1)
    expect(read(0)).toEqual(page(2))
  })

  it('waits for what has not ended, because the kernel still has its memory', () => {
    const { kernel, ring, add, read } = scripted()
    kernel.slow = true
    add(0, 4)
    add(1, 5)
    expect(ring.run()).toBe(2)
    expect([read(0), read(1), kernel.enters]).toEqual([page(4), page(5), 3])
  })

  it('is loud where the kernel does not tell how one has ended', () => {
    const { kernel, ring, add } = scripted()
    kernel.slow = true
    add(0, 4)
    const enter = kernel.enter.bind(kernel)
    kernel.enter = (...args) => (args[1] === 0 ? -errno.EBADF : enter(...args))
    expect(() => ring.run()).toThrow(`io_uring_enter failed with error ${errno.EBADF}`)
  })
})

describe('a ring', () => {
  it('gives everything back', () => {
    const { kernel, ring } = scripted()
    expect(kernel.mapped.size).toBe(3)
    ring.close()
    expect([kernel.mapped.size, kernel.closed]).toEqual([0, [7]])
  })

  it('is none where the system refuses it', () => {
    const kernel = new ScriptedUring(Buffer.alloc(0))
    kernel.setupError = -errno.EPERM
    expect(() => new ReadUring(kernel as unknown as UringCalls, 4)).toThrow(`error ${errno.EPERM}`)
    expect(kernel.closed).toEqual([])
  })

  it.each([0, 1, 2])('gives back what it has where part %i of it cannot be mapped', part => {
    const kernel = new ScriptedUring(Buffer.alloc(0))
    kernel.unmappable = part
    expect(() => new ReadUring(kernel as unknown as UringCalls, 4)).toThrow(`error ${errno.ENOMEM}`)
    expect([kernel.mapped.size, kernel.closed]).toEqual([0, [7]])
  })
})

/** Descriptors of this process, and mappings of rings: Node has some itself. */
function held(): [descriptors: number, mappings: number] {
  const mappings = readFileSync('/proc/self/maps', 'utf8').match(/io_uring/g)?.length ?? 0
  return [readdirSync('/proc/self/fd').length, mappings]
}

describe("the system's own ring", () => {
  const library = libc() as Libc
  const refused = new UringCalls(library).setup(0, new Int32Array(new ArrayBuffer(120)))
  const isAllowed = ![-errno.ENOSYS, -errno.EPERM, -errno.EACCES].includes(refused)

  /** Reads eight pages, last first; which of them came, and how each read ended. */
  function readAll(ring: ReadUring): { taken: number; results: number[]; came: boolean[] } {
    const memory = new SharedArrayBuffer(8 * PAGE)
    const address = library.addressOf(memory)
    for (let at = 0; at < 8; at++) ring.add(fd, (60 - at) * PAGE, { address: address + at * PAGE, lengthBytes: PAGE })
    const taken = ring.run()
    const came = Array.from({ length: 8 }, (_, at) => Buffer.from(memory, at * PAGE, PAGE).equals(page(60 - at)))
    return { taken, results: [...ring.results], came }
  }

  it('reads what the file holds and leaves nothing behind, where the system lets a process have one', () => {
    const before = held()
    const ring = openUring(8)
    const answer = ring && readAll(ring)
    ring?.close()
    expect(held()).toEqual(before)
    // As `Libc.readCached` answers: a file system that cannot say whether a read would wait refuses each.
    const alone = library.readCached(fd, library.addressOf(new SharedArrayBuffer(PAGE)), PAGE, 0)
    const eight = <T>(each: T): T[] => new Array<T>(8).fill(each)
    expect(answer).toEqual(isAllowed ? { taken: 8, results: eight(alone), came: eight(alone === PAGE) } : undefined)
  })
})
