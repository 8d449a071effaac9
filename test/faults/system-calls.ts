import { closeSync, openSync, readSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { compile } from '../harness/compiler.ts'
import type { Scratch } from '../harness/scratch.ts'

/** The system calls that can be met, as bits: see system-calls.c. */
const bitOf = { readCached: 1, read: 2, write: 4, writeThrough: 8, sync: 16, space: 32 } as const
/** A system call that lunkitd makes on a backing file: `sync` is fdatasync, `space` fallocate, `readCached` RWF_NOWAIT. */
type SystemCall = keyof typeof bitOf

/** What becomes of the calls that a rule meets. */
export type CallRule = {
  readonly file: string
  readonly calls: readonly SystemCall[]
  /** How many it meets; all, when left out. */
  readonly times?: number
  /** The error that they fail with, such as `EIO`. */
  readonly error?: keyof typeof constants.errno
  /** How many bytes they do at most. */
  readonly mostBytes?: number
  /** They wait until the rule is taken away. */
  readonly wait?: boolean
}

const ruleWords = 8
const rules = 8
const wordBytes = Int32Array.BYTES_PER_ELEMENT
/** Where the words lie in a rule of system-calls.c. */
const Word = { calls: 0, left: 1, error: 2, most: 3, waits: 4, met: 5, inode: 6 } as const
const all = -1
/** Inode numbers may be longer; their lower half is enough to tell a few files apart. */
const inodeModulus = 2 ** 32

/** A rule that is in force until `end`. */
export class ActiveRule {
  readonly #calls: SystemCalls
  readonly #index: number

  /** @internal see SystemCalls.meet */
  constructor(calls: SystemCalls, index: number) {
    this.#calls = calls
    this.#index = index
  }

  /** How many calls it has met. */
  get met(): number {
    return this.#calls.read(this.#index, Word.met)
  }

  end(): void {
    this.#calls.write(this.#index, Word.calls, 0)
    this.#calls.write(this.#index, Word.waits, 0)
  }
}

/** System calls of a lunkitd that fail, do less or wait when a test says so: by a library that is preloaded into it. */
export class SystemCalls {
  /** What lunkitd's environment must have. */
  readonly environment: Readonly<Record<string, string>>
  readonly #control: number
  #used = 0

  private constructor(library: string, control: string) {
    this.environment = { LD_PRELOAD: library, LUNKIT_SYSTEM_CALLS: control }
    this.#control = openSync(control, 'r+')
  }

  /** Compiles the library into a directory. */
  static async prepare(scratch: Scratch): Promise<SystemCalls> {
    const library = scratch.path('system-calls.so')
    await compile(fileURLToPath(new URL('system-calls.c', import.meta.url)), library, ['-shared', '-fPIC'])
    const control = scratch.path('system-calls')
    writeFileSync(control, Buffer.alloc(rules * ruleWords * wordBytes))
    return new SystemCalls(library, control)
  }

  /** Lets a rule meet calls from now on. */
  meet({ file, calls, times = all, error, mostBytes = 0, wait = false }: CallRule): ActiveRule {
    const index = this.#used++
    if (index === rules) throw new Error(`a test has ${rules} rules at most`)
    this.write(index, Word.left, times)
    this.write(index, Word.error, error === undefined ? 0 : constants.errno[error])
    this.write(index, Word.most, mostBytes)
    this.write(index, Word.waits, Number(wait))
    this.write(index, Word.inode, statSync(file).ino % inodeModulus)
    // The last one: it turns the rule on.
    this.write(
      index,
      Word.calls,
      calls.reduce((bits, call) => bits | bitOf[call], 0),
    )
    return new ActiveRule(this, index)
  }

  /** @internal */
  read(rule: number, word: number): number {
    const value = new Int32Array(1)
    readSync(this.#control, value, 0, wordBytes, this.#at(rule, word))
    return value[0] ?? 0
  }

  /** @internal */
  write(rule: number, word: number, value: number): void {
    writeSync(this.#control, Int32Array.of(value), 0, wordBytes, this.#at(rule, word))
  }

  close(): void {
    closeSync(this.#control)
  }

  #at(rule: number, word: number): number {
    return (rule * ruleWords + word) * wordBytes
  }
}
