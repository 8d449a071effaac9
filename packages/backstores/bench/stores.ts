/**
 * What one operation costs, store by store: `node --conditions=source bench/stores.ts [directory]`. The file lies in the
 * directory (a temporary one unless given) and in the page cache. Each figure is the best of five rounds.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLanes, createRamdisk, openFileio, type Store, StoreOperation, StoreRequest } from '@lunkit/backstores'
import { Slab } from '@lunkit/wire'

const ROUNDS = 5
const FILE_BYTES = 256 * 1024 * 1024
const slab = new Slab({ sizeBytes: 64 * 1024 * 1024 })

interface Load {
  readonly operation: StoreOperation
  readonly lengthBytes: number
  readonly depth: number
  readonly operations: number
  readonly fua?: boolean
}

/** Keeps `depth` operations under way until `operations` have ended. */
class Runner {
  readonly #store: Store
  readonly #load: Load
  #submitted = 0
  #ended = 0
  #state = 1
  readonly #done = Promise.withResolvers<void>()

  constructor(store: Store, load: Load) {
    this.#store = store
    this.#load = load
  }

  async run(): Promise<number> {
    const slots = Array.from({ length: this.#load.depth }, () => slab.take(this.#load.lengthBytes)!)
    const before = performance.now()
    for (const slot of slots) this.#next(Object.assign(new StoreRequest(this), { slot }))
    await this.#done.promise
    const elapsedMs = performance.now() - before
    for (const slot of slots) slot.release()
    return elapsedMs
  }

  completed(request: StoreRequest): void {
    this.#end(request)
    this.#next(request)
  }

  #next(request: StoreRequest): void {
    const { operation, lengthBytes, operations, fua = false } = this.#load
    request.operation = operation
    request.lengthBytes = lengthBytes
    request.fua = fua
    // As many in one turn as a busy connection brings; then the event loop goes round.
    for (let inTurn = 0; this.#submitted < operations; inTurn++) {
      if (inTurn === 32) {
        setImmediate(() => this.#next(request))
        return
      }
      this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
      request.offset = (this.#state % (FILE_BYTES / lengthBytes)) * lengthBytes
      this.#submitted++
      if (!this.#store.submit(request)) return
      this.#end(request)
    }
  }

  #end(request: StoreRequest): void {
    if (request.fault) throw new Error(`${request.operation} ended with ${request.fault}`)
    if (++this.#ended === this.#load.operations) this.#done.resolve()
  }
}

async function measure(title: string, store: Store, load: Load): Promise<void> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) best = Math.min(best, await new Runner(store, load).run())
  const each = (best * 1000) / load.operations
  const perSecond = Math.round(1_000_000 / each / 1000)
  const gigabytes = (load.lengthBytes / each / 1000).toFixed(2)
  console.log(`| ${title} | ${load.depth} | ${each.toFixed(2)} | ${perSecond} | ${gigabytes} |`)
}

/** What handing an operation to a lane costs this thread: 200 at a time, less than the ring holds. */
async function measureSubmitting(store: Store): Promise<void> {
  const slot = slab.take(4096)!
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 200; round++) {
    const { promise, resolve } = Promise.withResolvers<void>()
    let left = 200
    const owner = { completed: () => --left === 0 && resolve() } as unknown as StoreRequest['owner']
    const requests = Array.from({ length: left }, () =>
      Object.assign(new StoreRequest(owner), { slot, lengthBytes: 512 }),
    )
    const before = performance.now()
    for (const request of requests) store.submit(request)
    best = Math.min(best, performance.now() - before)
    await promise
  }
  slot.release()
  console.log(`| handing an operation to a lane | 200 | ${((best * 1000) / 200).toFixed(2)} | | |`)
}

async function fill(store: Store): Promise<void> {
  const slot = slab.take(256 * 1024)!
  slot.bytes.fill(0x5a)
  for (let offset = 0; offset < FILE_BYTES; offset += slot.capacity)
    await new Promise<void>(resolve => {
      const request = new StoreRequest({ completed: () => resolve() })
      Object.assign(request, { operation: StoreOperation.write, offset, lengthBytes: slot.capacity, slot })
      if (store.submit(request)) resolve()
    })
  slot.release()
}

const directory = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'lunkit-bench-'))
const lanes = createLanes({ slab })
const path = join(directory, 'bench.img')
const { read, write } = StoreOperation
const KiB = 1024
const small = { lengthBytes: 4 * KiB, operations: 200_000 }
const large = { lengthBytes: 128 * KiB, operations: 10_000 }

console.log('| Operation | Depth | µs each | thousand a second | GB/s |\n|---|---|---|---|---|')
const ramdisk = createRamdisk({ name: 'bench', sizeBytes: FILE_BYTES })
await fill(ramdisk)
await measure('ramdisk, 4 KiB read', ramdisk, { ...small, operation: read, depth: 1 })
await measure('ramdisk, 4 KiB write', ramdisk, { ...small, operation: write, depth: 1 })
await measure('ramdisk, 128 KiB read', ramdisk, { ...large, operation: read, depth: 1 })
await ramdisk.close()

const fileio = await openFileio({ name: 'bench', path, sizeBytes: FILE_BYTES, writeBack: true, lanes })
await fill(fileio)
await measure('fileio, 4 KiB cached read in place', fileio, { ...small, operation: read, depth: 1 })
await measure('fileio, 4 KiB write-back in place', fileio, { ...small, operation: write, depth: 1 })
await measure('fileio, 128 KiB cached read in place', fileio, { ...large, operation: read, depth: 16 })
await fileio.close()

const hopping = await openFileio({ name: 'bench', path, writeBack: true, lanes, inPlace: false })
for (const depth of [1, 8, 32, 128]) {
  const operations = depth === 1 ? 20_000 : 200_000
  await measure('lane, 4 KiB cached read', hopping, { ...small, operations, operation: read, depth })
}
for (const depth of [1, 32]) {
  const operations = depth === 1 ? 20_000 : 100_000
  await measure('lane, 4 KiB write-back', hopping, { ...small, operations, operation: write, depth })
}
await measure('lane, 128 KiB cached read', hopping, { ...large, operation: read, depth: 16 })
await measureSubmitting(hopping)
await hopping.close()

const through = await openFileio({ name: 'bench', path, writeBack: false, lanes })
for (const depth of [1, 32])
  await measure('lane, 4 KiB write-through', through, { ...small, operations: 500, operation: write, depth })
await through.close()
await lanes.close()
if (!process.argv[2]) rmSync(directory, { recursive: true })
