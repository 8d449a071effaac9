import { stat } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StoragePlan } from '@lunkit/config'

/** What was seen is told for so long; a look at thousands of files takes the protocol thread some 10 µs each. */
const LOOK_EVERY_MS = 30_000
/** So many files are looked at before others have their turn. */
const FILES_A_TURN = 50
/** stat(2) counts in these, whatever the file system has. */
const BLOCK_BYTES = 512

/** Looks at a file; undefined: it cannot be seen. */
export type LookAtFile = (path: string) => Promise<number | undefined>

/** How many bytes the files of storage objects take, looked at while somebody asks, and seldom. */
export class AllocatedBytes {
  readonly #look: LookAtFile
  readonly #nowMs: () => number
  #seen: ReadonlyMap<string, number> = new Map()
  #lookedMs: number | undefined
  #looking: Promise<void> | undefined

  /** Left out, the system's files and clock. */
  constructor(look: LookAtFile = blocksOf, nowMs: () => number = () => performance.now()) {
    this.#look = look
    this.#nowMs = nowMs
  }

  /** By storage object; of those that have a file. Only the first look is waited for. */
  async of(storage: readonly StoragePlan[]): Promise<ReadonlyMap<string, number>> {
    const isFirst = this.#lookedMs === undefined
    if (isFirst || this.#nowMs() - (this.#lookedMs ?? 0) >= LOOK_EVERY_MS)
      this.#looking ??= this.#lookAt(storage).finally(() => {
        this.#looking = undefined
      })
    if (isFirst) await this.#looking
    return this.#seen
  }

  async #lookAt(storage: readonly StoragePlan[]): Promise<void> {
    const files = storage.flatMap(plan => (plan.plugin === 'fileio' ? [[plan.key, plan.file] as const] : []))
    const seen = new Map<string, number>()
    for (let at = 0; at < files.length; at += FILES_A_TURN) {
      const looks = files.slice(at, at + FILES_A_TURN).map(async ([key, path]) => {
        const bytes = await this.#look(path)
        if (bytes !== undefined) seen.set(key, bytes)
      })
      await Promise.all(looks)
      await nextTurn()
    }
    this.#lookedMs = this.#nowMs()
    this.#seen = seen
  }
}

const blocksOf: LookAtFile = path =>
  new Promise(resolve => {
    stat(path, (error, found) => resolve(error === null && found.isFile() ? found.blocks * BLOCK_BYTES : undefined))
  })
