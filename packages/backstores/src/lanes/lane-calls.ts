import { fdatasyncSync, fstatSync, readSync, writeSync } from 'node:fs'
import { storeLimits } from '../limits.ts'
import { errno, negativeErrno } from '../native/errno.ts'
import { FolioSplitter } from '../native/folio-splitter.ts'
import type { Libc, Seek } from '../native/libc.ts'
import { PinnedMemory } from '../native/pinned-memory.ts'
import { SystemCall } from '../native/system-call.ts'
import { pageZeroes } from '../zeroes.ts'

/**
 * The blocking calls that a lane makes. Each returns how many bytes it did, perhaps fewer than asked, or an error
 * number negated; `memoryOffset` is a place in the memory that the lanes share.
 */
export interface LaneCalls {
  /** The system call that the last of them made last. */
  readonly called: SystemCall
  read(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number
  write(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number
  /** Writes; what it did is on stable storage. */
  writeThrough(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number
  sync(fd: number): number
  /** How many bytes the file has now. */
  sizeBytes(fd: number): number
  /** Makes a range read as zeroes, its space kept if the file system can do that and has it. */
  zero(fd: number, offset: number, lengthBytes: number): number
  /** Gives a range's space back. */
  discard(fd: number, offset: number, lengthBytes: number): number
  /** The next data or hole at or after `offset`: an offset in the file. */
  seek(fd: number, offset: number, what: Seek): number
  /** Splits the clean large folios that the page cache holds of the region around `offset`. Changes no byte. */
  splitFolios(fd: number, offset: number): void
  /** Asks a device for what only its driver does: ioctl(2), with the address of its argument. */
  control(fd: number, request: number, address: number): number
}

const isUnsupported = (result: number): boolean => result === -errno.EOPNOTSUPP || result === -errno.ENOSYS
const isSpaceShort = (result: number): boolean => result === -errno.ENOSPC || result === -errno.EDQUOT

/** Overwrites the start of a range with zeroes, as much of it as a lane does at once. */
function writeZeroes(fd: number, offset: number, lengthBytes: number): number {
  const end = Math.min(lengthBytes, storeLimits.zeroFillBytes)
  let done = 0
  try {
    while (done < end) done += writeSync(fd, pageZeroes, 0, Math.min(pageZeroes.length, end - done), offset + done)
  } catch (error) {
    if (done === 0) return negativeErrno(error)
  }
  return done
}

/** The calls of node:fs alone, for where koffi has no binary: no holes can be punched or found. */
export class PlainCalls implements LaneCalls {
  called: SystemCall = SystemCall.none
  readonly #bytes: Buffer

  constructor(memory: SharedArrayBuffer) {
    this.#bytes = Buffer.from(memory)
  }

  read(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number {
    this.called = SystemCall.pread
    try {
      return readSync(fd, this.#bytes, memoryOffset, lengthBytes, offset)
    } catch (error) {
      return negativeErrno(error)
    }
  }

  write(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number {
    this.called = SystemCall.pwrite
    try {
      return writeSync(fd, this.#bytes, memoryOffset, lengthBytes, offset)
    } catch (error) {
      return negativeErrno(error)
    }
  }

  /** node:fs has no write-through: this only writes, and `sync` must follow. */
  writeThrough(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number {
    const done = this.write(fd, memoryOffset, lengthBytes, offset)
    if (done < 0) return done
    const synced = this.sync(fd)
    return synced < 0 ? synced : done
  }

  sync(fd: number): number {
    this.called = SystemCall.fdatasync
    try {
      fdatasyncSync(fd)
      return 0
    } catch (error) {
      return negativeErrno(error)
    }
  }

  sizeBytes(fd: number): number {
    this.called = SystemCall.fstat
    try {
      const stats = fstatSync(fd)
      // Of a device nobody says here how long it is; it does not grow by being written.
      return stats.isFile() ? stats.size : Number.MAX_SAFE_INTEGER
    } catch (error) {
      return negativeErrno(error)
    }
  }

  zero(fd: number, offset: number, lengthBytes: number): number {
    this.called = SystemCall.pwrite
    return writeZeroes(fd, offset, lengthBytes)
  }

  discard(): number {
    this.called = SystemCall.fallocate
    return -errno.EOPNOTSUPP
  }

  seek(): number {
    this.called = SystemCall.lseek
    return -errno.EOPNOTSUPP
  }

  splitFolios(): void {}

  control(): number {
    this.called = SystemCall.ioctl
    return -errno.ENOSYS
  }
}

/** The system's own calls. */
export class NativeCalls implements LaneCalls {
  called: SystemCall = SystemCall.none
  readonly #libc: Libc
  readonly #address: number
  readonly #folios: FolioSplitter | undefined

  /** @param mappingAddress where regions of files may be mapped; undefined: nowhere, and no folios are split. */
  constructor(libc: Libc, memory: SharedArrayBuffer, mappingAddress: number | undefined) {
    this.#libc = libc
    // Never released: the memory is in use for as long as the lane lives.
    this.#address = new PinnedMemory(libc, memory).address
    this.#folios = mappingAddress === undefined ? undefined : new FolioSplitter(libc, mappingAddress)
  }

  read(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number {
    this.called = SystemCall.pread
    return this.#libc.read(fd, this.#address + memoryOffset, lengthBytes, offset)
  }

  write(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number {
    this.called = SystemCall.pwrite
    return this.#libc.write(fd, this.#address + memoryOffset, lengthBytes, offset)
  }

  writeThrough(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number {
    this.called = SystemCall.pwritev2
    return this.#libc.writeThrough(fd, this.#address + memoryOffset, lengthBytes, offset)
  }

  sync(fd: number): number {
    this.called = SystemCall.fdatasync
    return this.#libc.sync(fd)
  }

  sizeBytes(fd: number): number {
    this.called = SystemCall.lseek
    return this.#libc.sizeBytes(fd)
  }

  zero(fd: number, offset: number, lengthBytes: number): number {
    this.called = SystemCall.fallocate
    let result = this.#libc.zeroRange(fd, offset, lengthBytes)
    // Keeping the space may need space, where there were holes.
    if (isUnsupported(result) || isSpaceShort(result)) result = this.#libc.punchHole(fd, offset, lengthBytes)
    if (!isUnsupported(result)) return result < 0 ? result : lengthBytes
    this.called = SystemCall.pwrite
    return writeZeroes(fd, offset, lengthBytes)
  }

  discard(fd: number, offset: number, lengthBytes: number): number {
    this.called = SystemCall.fallocate
    let result = this.#libc.punchHole(fd, offset, lengthBytes)
    // A device may find out late that it cannot, and then zeroes, as whoever took its features at their word expects.
    if (isUnsupported(result)) result = this.#libc.zeroRange(fd, offset, lengthBytes)
    return result < 0 ? result : lengthBytes
  }

  seek(fd: number, offset: number, what: Seek): number {
    this.called = SystemCall.lseek
    return this.#libc.seek(fd, offset, what)
  }

  splitFolios(fd: number, offset: number): void {
    this.#folios?.split(fd, offset)
  }

  control(fd: number, request: number, address: number): number {
    this.called = SystemCall.ioctl
    return this.#libc.control(fd, request, address)
  }
}
