import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { pattern } from '../compliance/pattern.ts'
import { storeLimits } from '../limits.ts'
import { errno } from '../native/errno.ts'
import { type Libc, Seek } from '../native/libc.ts'
import { libc } from '../native/libc-access.ts'
import { ReservedAddresses } from '../native/reserved-addresses.ts'
import { systemCallName } from '../native/system-call.ts'
import { pageZeroes } from '../zeroes.ts'
import { type LaneCalls, NativeCalls, PlainCalls } from './lane-calls.ts'

const KiB = 1024
const directory = mkdtempSync(join(tmpdir(), 'lunkit-calls-'))
const memory = new SharedArrayBuffer(64 * KiB)
let fd: number

beforeAll(() => {
  fd = openSync(join(directory, 'file'), 'w+')
})
beforeEach(() => {
  ftruncateSync(fd, 0)
  ftruncateSync(fd, 1024 * KiB)
  writeSync(fd, pattern(128 * KiB, 1), 0, 128 * KiB, 0)
})
afterAll(() => {
  mapping.release()
  closeSync(fd)
  rmSync(directory, { recursive: true })
})

function bytesAt(offset: number, lengthBytes: number): Buffer {
  const bytes = Buffer.alloc(lengthBytes)
  readSync(fd, bytes, 0, lengthBytes, offset)
  return bytes
}

const mapping = ReservedAddresses.take(libc() as Libc, storeLimits.grainRegionBytes) as ReservedAddresses
const native = (): NativeCalls => new NativeCalls(libc() as Libc, memory, mapping.address)
const kinds: readonly [string, () => LaneCalls][] = [
  ['through koffi', native],
  ['through node:fs', () => new PlainCalls(memory)],
]

describe.each(kinds)('a lane that calls the system %s', (_, make) => {
  it('reads and writes where it is told, to stable storage too', () => {
    const calls = make()
    expect(calls.read(fd, 4096, 512, 1024)).toBe(512)
    expect(Buffer.from(memory, 4096, 512).equals(pattern(128 * KiB, 1).subarray(1024, 1536))).toBe(true)
    Buffer.from(memory).fill(pattern(512, 2), 0, 512)
    expect(calls.write(fd, 0, 512, 256 * KiB)).toBe(512)
    expect(calls.writeThrough(fd, 0, 512, 300 * KiB)).toBe(512)
    expect(calls.sync(fd)).toBe(0)
    expect(bytesAt(256 * KiB, 512).equals(pattern(512, 2))).toBe(true)
    expect(bytesAt(300 * KiB, 512).equals(pattern(512, 2))).toBe(true)
  })

  it('reads nothing behind the end', () => {
    expect(make().read(fd, 0, 512, 2 ** 40)).toBe(0)
  })

  it('zeroes a range and keeps the size', () => {
    expect(make().zero(fd, 1000, 5000)).toBe(5000)
    expect(bytesAt(1000, 5000).equals(Buffer.alloc(5000))).toBe(true)
    expect(bytesAt(999, 1)[0]).not.toBe(0)
    expect(bytesAt(6000, 1)[0]).not.toBe(0)
    expect(fstatSync(fd).size).toBe(1024 * KiB)
  })

  it('zeroes past the page cache, by writing too', () => {
    const direct = openSync(join(directory, 'file'), constants.O_RDWR | constants.O_DIRECT)
    expect(make().zero(direct, 4096, 8192)).toBe(8192)
    expect(writeSync(direct, pageZeroes, 0, 4096, 16384)).toBe(4096)
    closeSync(direct)
    expect(bytesAt(4096, 8192).equals(Buffer.alloc(8192))).toBe(true)
    expect(bytesAt(16384, 4096).equals(Buffer.alloc(4096))).toBe(true)
  })

  it('says how long the file is, and the call that said so', () => {
    const calls = make()
    expect(calls.sizeBytes(fd)).toBe(1024 * KiB)
    expect(calls.sizeBytes(1_000_000)).toBe(-errno.EBADF)
  })

  it('says with which call each of them reaches the system', () => {
    const calls = make()
    const called = (call: () => unknown) => (call(), systemCallName(calls.called))
    const isNative = calls instanceof NativeCalls
    expect(systemCallName(calls.called)).toBe('none')
    expect([
      called(() => calls.read(fd, 0, 512, 0)),
      called(() => calls.write(fd, 0, 512, 0)),
      called(() => calls.writeThrough(fd, 0, 512, 0)),
      called(() => calls.sync(fd)),
      called(() => calls.sizeBytes(fd)),
      called(() => calls.discard(fd, 0, 512)),
      called(() => calls.seek(fd, 0, Seek.data)),
    ]).toEqual([
      'pread',
      'pwrite',
      isNative ? 'pwritev2' : 'fdatasync',
      'fdatasync',
      isNative ? 'lseek' : 'fstat',
      'fallocate',
      'lseek',
    ])
  })

  it('fails to bring to stable storage what has none, though it takes the bytes', () => {
    const none = openSync('/dev/null', 'r+')
    try {
      const calls = make()
      expect(calls.write(none, 0, 512, 0)).toBe(512)
      expect(calls.sync(none)).toBe(-errno.EINVAL)
    } finally {
      closeSync(none)
    }
  })

  it('leaves every byte as it is when it splits folios', () => {
    const calls = make()
    calls.splitFolios(fd, 64 * KiB)
    expect(bytesAt(0, 128 * KiB).equals(pattern(128 * KiB, 1))).toBe(true)
    expect(fstatSync(fd).size).toBe(1024 * KiB)
  })

  it('returns the error number of what it must not do', () => {
    const calls = make()
    const nothing = 1_000_000
    expect(calls.write(nothing, 0, 512, 0)).toBe(-errno.EBADF)
    expect(calls.read(nothing, 0, 512, 0)).toBe(-errno.EBADF)
    expect(calls.writeThrough(nothing, 0, 512, 0)).toBe(-errno.EBADF)
    expect(calls.sync(nothing)).toBe(-errno.EBADF)
    expect(calls.zero(nothing, 0, 512)).toBe(-errno.EBADF)
    expect(calls.sync(nothing)).toBe(-errno.EBADF)
    expect(systemCallName(calls.called)).toBe('fdatasync')
  })
})

describe('a lane that calls the system through koffi', () => {
  it('gives space back and finds holes', () => {
    const calls = native()
    const before = fstatSync(fd).blocks
    expect(calls.discard(fd, 32 * KiB, 64 * KiB)).toBe(64 * KiB)
    expect(fstatSync(fd).blocks).toBeLessThan(before)
    expect(bytesAt(32 * KiB, 64 * KiB).equals(Buffer.alloc(64 * KiB))).toBe(true)
    expect(calls.seek(fd, 0, Seek.hole)).toBe(32 * KiB)
    expect(calls.seek(fd, 32 * KiB, Seek.data)).toBe(96 * KiB)
    expect(calls.seek(fd, 128 * KiB, Seek.data)).toBe(-errno.ENXIO)
  })

  it('punches a hole where a range cannot be zeroed otherwise, and writes zeroes, 16 MiB at once, where neither can be', () => {
    const results = { zeroRange: -errno.EOPNOTSUPP, punchHole: 0 }
    const library = { addressOf: () => 0, zeroRange: () => results.zeroRange, punchHole: () => results.punchHole }
    const calls = new NativeCalls(library as unknown as Libc, memory, undefined)
    expect(calls.zero(fd, 0, 4096)).toBe(4096)
    results.zeroRange = -errno.ENOSPC
    expect(calls.zero(fd, 0, 4096)).toBe(4096)
    expect(bytesAt(0, 1)[0]).not.toBe(0)
    results.punchHole = -errno.EOPNOTSUPP
    expect(calls.zero(fd, 512, 64 * 1024 * KiB)).toBe(16 * 1024 * KiB)
    expect(systemCallName(calls.called)).toBe('pwrite')
    expect(bytesAt(512, 4096).equals(Buffer.alloc(4096))).toBe(true)
    results.zeroRange = -errno.EIO
    expect(calls.zero(fd, 0, 4096)).toBe(-errno.EIO)
    expect(systemCallName(calls.called)).toBe('fallocate')
  })

  it('zeroes what it is to give back where no hole can be punched any more', () => {
    const results = { zeroRange: 0, punchHole: -errno.EOPNOTSUPP }
    const library = { addressOf: () => 0, zeroRange: () => results.zeroRange, punchHole: () => results.punchHole }
    const calls = new NativeCalls(library as unknown as Libc, memory, undefined)
    expect(calls.discard(fd, 0, 4096)).toBe(4096)
    results.zeroRange = -errno.EOPNOTSUPP
    expect(calls.discard(fd, 0, 4096)).toBe(-errno.EOPNOTSUPP)
    results.punchHole = -errno.EIO
    expect(calls.discard(fd, 0, 4096)).toBe(-errno.EIO)
  })
})

describe('a lane that calls the system through node:fs', () => {
  it('says that it has not written through where only the write went well', () => {
    const none = openSync('/dev/null', 'r+')
    try {
      expect(new PlainCalls(memory).writeThrough(none, 0, 512, 0)).toBe(-errno.EINVAL)
    } finally {
      closeSync(none)
    }
  })

  it('can neither punch holes nor find them', () => {
    const calls = new PlainCalls(memory)
    expect([calls.discard(), calls.seek()]).toEqual([-errno.EOPNOTSUPP, -errno.EOPNOTSUPP])
  })
})
