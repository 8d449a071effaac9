import { closeSync, fstatSync, openSync, readSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compile } from '../../harness/compiler.ts'
import type { Scratch } from '../../harness/scratch.ts'

const logBytes = 512 * 2 ** 20
/** `struct head` and `struct record` of medium-log.c. */
const headBytes = 16
const recordBytes = 64
const wordBytes = 8
/** How long a flush takes at the least. */
const syncUs = 300

const calls = ['none', 'write', 'writeDurably', 'sync', 'zero'] as const

/** A system call that changed a medium, or was to. */
export type MediumCall = {
  readonly call: (typeof calls)[number]
  readonly medium: number
  /** The moments at which it began and returned; Infinity: it had not returned at the end. */
  readonly begun: number
  readonly returned: number
  readonly offset: number
  readonly lengthBytes: number
  /** What it returned. */
  readonly result: number
  readonly data: Uint8Array
}

/** The number by which calls on a file or a block device are known. */
export function mediumOf(path: string): number {
  const stats = statSync(path)
  return stats.isBlockDevice() ? stats.rdev : stats.ino
}

/** What a process asks of its media, note by note: by a library that is preloaded into it. */
export class MediumLog implements Disposable {
  /** What the process's environment must have. */
  readonly environment: Readonly<Record<string, string>>
  readonly #fd: number
  readonly #clock = new BigUint64Array(1)

  private constructor(library: string, path: string) {
    this.environment = { LD_PRELOAD: library, LUNKIT_MEDIUM_LOG: path, LUNKIT_MEDIUM_SYNC_US: String(syncUs) }
    this.#fd = openSync(path, 'r')
  }

  /** Compiles the library into a directory. */
  static async compile(scratch: Scratch): Promise<string> {
    const library = scratch.path('medium-log.so')
    await compile(fileURLToPath(new URL('medium-log.c', import.meta.url)), library, ['-shared', '-fPIC'])
    return library
  }

  /** An empty log for one process. */
  static begin(scratch: Scratch, library: string): MediumLog {
    const path = scratch.path('medium-log')
    // The first moment is 1: a call that returned at 0 has not returned.
    writeFileSync(path, new Uint8Array(BigUint64Array.of(1n, BigInt(headBytes)).buffer))
    truncateSync(path, logBytes)
    return new MediumLog(library, path)
  }

  /** Now: later than whatever has happened, before what has not. */
  now(): number {
    readSync(this.#fd, this.#clock, 0, wordBytes, 0)
    return Number(this.#clock[0])
  }

  /** All calls, in the order in which they began; the process has ended. */
  calls(): MediumCall[] {
    const head = this.#read(0, headBytes)
    const end = Math.min(Number(head.readBigUInt64LE(wordBytes)), fstatSync(this.#fd).size)
    const bytes = this.#read(headBytes, end - headBytes)
    const found: MediumCall[] = []
    for (let at = 0; at + recordBytes <= bytes.length; ) {
      const each = callAt(bytes, at)
      at += recordBytes + Math.ceil(each.data.length / wordBytes) * wordBytes
      // Its place was taken, and no more: it was not made.
      if (each.begun > 0) found.push(each)
    }
    return found.sort((a, b) => a.begun - b.begun)
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
  }

  #read(offset: number, lengthBytes: number): Buffer {
    const bytes = Buffer.alloc(lengthBytes)
    readSync(this.#fd, bytes, 0, lengthBytes, offset)
    return bytes
  }
}

function callAt(bytes: Buffer, at: number): MediumCall {
  const word = (index: number): number => Number(bytes.readBigUInt64LE(at + index * wordBytes))
  const [begun = 0, returned, medium = 0, offset = 0, lengthBytes = 0] = [0, 1, 2, 3, 4].map(word)
  const result = Number(bytes.readBigInt64LE(at + 5 * wordBytes))
  const call = calls[word(6)] ?? 'none'
  const data = bytes.subarray(at + recordBytes, at + recordBytes + word(7))
  return { call, medium, begun, returned: returned || Number.POSITIVE_INFINITY, offset, lengthBytes, result, data }
}
