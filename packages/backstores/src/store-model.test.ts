import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab } from '@lunkit/wire'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pattern } from './compliance/pattern.ts'
import { StoreDriver } from './compliance/store-driver.ts'
import { openFileio } from './fileio/fileio.ts'
import type { FileioOptions } from './fileio/fileio-options.ts'
import { createLanes, type Lanes } from './lanes/lanes.ts'
import { createRamdisk } from './ramdisk/ramdisk.ts'
import type { Extent } from './store/extent.ts'
import type { Store } from './store/store.ts'
import type { StoreFault } from './store/store-fault.ts'
import { StoreOperation } from './store/store-operation.ts'
import { StoreRequest } from './store/store-request.ts'

const SIZE_BYTES = 4 * 1024 * 1024
const BLOCK = 512
const BLOCKS = SIZE_BYTES / BLOCK

type Action =
  | {
      readonly kind: 'write'
      readonly block: number
      readonly blocks: number
      readonly fua: boolean
      readonly seed: number
    }
  | { readonly kind: 'read'; readonly block: number; readonly blocks: number; readonly fua: boolean }
  | { readonly kind: 'zero' | 'discard'; readonly block: number; readonly blocks: number; readonly fua: boolean }
  | { readonly kind: 'extents'; readonly block: number; readonly blocks: number }
  | { readonly kind: 'flush' }

/** Ranges that like the borders of pages, chunks and the disk. */
const range = (longest: number) =>
  fc
    .tuple(
      fc.oneof(fc.nat(BLOCKS - 1), fc.constantFrom(0, 7, 8, 2047, 2048, BLOCKS - 1)),
      fc.integer({ min: 1, max: longest }),
    )
    .map(([block, blocks]) => ({ block, blocks: Math.min(blocks, BLOCKS - block) }))

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(range(128), fc.boolean(), fc.nat(1000))
      .map(([where, fua, seed]) => ({ kind: 'write' as const, ...where, fua, seed })),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(range(512), fc.boolean()).map(([where, fua]) => ({ kind: 'read' as const, ...where, fua })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('zero' as const, 'discard' as const), range(BLOCKS), fc.boolean())
      .map(([kind, where, fua]) => ({ kind, ...where, fua })),
  },
  { weight: 1, arbitrary: range(BLOCKS).map(where => ({ kind: 'extents' as const, ...where })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'flush' as const }) },
)

/** A store beside a plain buffer that holds what the store must hold. */
class Model {
  readonly #driver: StoreDriver
  readonly #expected = Buffer.alloc(SIZE_BYTES)

  constructor(store: Store, slab: Slab) {
    this.#driver = new StoreDriver(store, slab)
  }

  async take(step: Action): Promise<void> {
    if (step.kind === 'flush') return this.#well(this.#driver.perform({ operation: StoreOperation.flush }))
    const [offset, lengthBytes] = [step.block * BLOCK, step.blocks * BLOCK]
    if (step.kind === 'extents') return this.#extents(offset, lengthBytes)
    const { fua } = step
    if (step.kind === 'read') {
      const bytes = await this.#driver.read(offset, lengthBytes, { fua })
      this.#same(bytes, offset)
    } else if (step.kind === 'write') {
      const bytes = pattern(lengthBytes, step.seed)
      bytes.copy(this.#expected, offset)
      await this.#well(this.#driver.write(offset, bytes, { fua }))
    } else {
      this.#expected.fill(0, offset, offset + lengthBytes)
      await this.#well(this.#driver.perform({ operation: step.kind, offset, lengthBytes, fua }))
    }
  }

  async #extents(offset: number, lengthBytes: number): Promise<void> {
    const request = Object.assign(new StoreRequest(this.#driver), {
      operation: StoreOperation.extents,
      offset,
      lengthBytes,
    })
    await this.#well(this.#driver.run(request))
    let at = offset
    for (const extent of request.extents) at = this.#extent(extent, at)
    if (at !== offset + lengthBytes) throw new Error(`the extents end at ${at}, not at ${offset + lengthBytes}`)
  }

  #extent({ offset, lengthBytes, allocated }: Extent, at: number): number {
    if (offset !== at) throw new Error(`an extent starts at ${offset}, not at ${at}`)
    const holdsData = this.#expected.subarray(offset, offset + lengthBytes).some(byte => byte !== 0)
    if (!allocated && holdsData) throw new Error(`an extent at ${offset} holds data but is not allocated`)
    return at + lengthBytes
  }

  #same(bytes: Buffer, offset: number): void {
    if (!bytes.equals(this.#expected.subarray(offset, offset + bytes.length)))
      throw new Error(`${bytes.length} bytes at ${offset} are not what was written`)
  }

  async #well(fault: Promise<StoreFault | undefined>): Promise<void> {
    const result = await fault
    if (result) throw new Error(`an operation ended with ${result}`)
  }
}

describe('a store holds what a plain buffer would hold, whatever is done to it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lunkit-model-'))
  const slab = new Slab({ sizeBytes: 4 * 1024 * 1024, poison: true })
  let lanes: Lanes

  beforeAll(async () => {
    lanes = createLanes({ slab })
    await lanes.ready
  })
  afterAll(async () => {
    await lanes.close()
    rmSync(directory, { recursive: true })
  })

  let files = 0
  const fileio = (how: Pick<FileioOptions, 'writeBack' | 'inPlace' | 'direct'>) => () => {
    const path = join(directory, `disk${files++}`)
    return openFileio({ name: 'disk', path, sizeBytes: SIZE_BYTES, lanes, ...how })
  }
  const kinds: readonly [string, () => Store | Promise<Store>, number][] = [
    ['ramdisk', () => createRamdisk({ name: 'disk', sizeBytes: SIZE_BYTES }), 100],
    ['fileio with write-back', fileio({ writeBack: true }), 40],
    ['fileio with write-back, in lanes only', fileio({ writeBack: true, inPlace: false }), 25],
    ['fileio with write-through', fileio({ writeBack: false }), 15],
    ['fileio past the page cache', fileio({ writeBack: true, direct: true }), 15],
  ]

  it.each(kinds)('%s', { timeout: 60_000 }, async (_, make, numRuns) => {
    const property = fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 40 }), async steps => {
      const store = await make()
      const model = new Model(store, slab)
      for (const step of steps) await model.take(step)
      if (await store.close()) throw new Error('closing ended with a fault')
    })
    await fc.assert(property, { numRuns })
    expect(slab.takenBytes).toBe(0)
  })
})
