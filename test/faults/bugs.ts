import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Scratch } from '../harness/scratch.ts'

/** Where lunkitd can have a bug: see planted-bugs.ts. */
export type BugPlace = 'lane' | 'ring' | 'store' | 'engine' | 'connection' | 'watch' | 'metrics'
/** What the bug does. */
export type BugAct = 'throw' | 'exit' | 'exhaustHeap' | 'stallThenThrow' | 'spin'

/** The file for which a thread that spins looks. */
export const LET_GO = 'letGo'

/** What the planted lines are told. */
export type BugOrder = {
  readonly act: BugAct
  /** Only in work on this file. */
  readonly inode?: number
  /** The first who comes by, and nobody else. */
  readonly once: boolean
}

/** Bugs in a lunkitd that strike when a test says so. */
export class Bugs {
  /** What lunkitd's environment must have. */
  readonly environment: Readonly<Record<string, string>>
  /** What lunkitd's Node must be given. */
  readonly nodeArguments = ['--import', fileURLToPath(new URL('planted-bugs.ts', import.meta.url))]
  readonly #directory: string

  constructor(scratch: Scratch) {
    this.#directory = scratch.path('bugs')
    mkdirSync(this.#directory)
    this.environment = { LUNKIT_BUGS: this.#directory }
  }

  /** A bug strikes the next time that its place is passed: with `file`, in work on that one; with `always`, each time. */
  order(place: BugPlace, act: BugAct, { file, always = false }: { file?: string; always?: boolean } = {}): void {
    const order: BugOrder = { act, once: !always, ...(file !== undefined && { inode: statSync(file).ino }) }
    const path = join(this.#directory, place)
    writeFileSync(`${path}.part`, JSON.stringify(order))
    renameSync(`${path}.part`, path)
  }

  /** Lets a thread go on that spins. */
  letGo(): void {
    writeFileSync(join(this.#directory, LET_GO), '')
  }

  /** Takes an order back. */
  forget(place: BugPlace): void {
    rmSync(join(this.#directory, place), { force: true })
  }
}
