import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Slab } from '@lunkit/wire'
import * as vitest from 'vitest'
import { afterAll, describe, expect, it } from 'vitest'
import { pattern, StoreDriver, storeCompliance } from '../../compliance/index.ts'
import { openFileio } from '../../fileio/fileio.ts'
import { createLanes, type Lanes } from '../../lanes/lanes.ts'
import { createRamdisk } from '../../ramdisk/ramdisk.ts'
import { StoreOperation } from '../../store/store-operation.ts'
import { StoreRequest } from '../../store/store-request.ts'
import { FailLayer } from '../fail.ts'
import { Layer } from '../layer.ts'
import { openVerified } from './verify.ts'

const MIB = 1024 * 1024
const { discard, flush, read, write, zero } = StoreOperation
const ram = (sizeBytes: number) => createRamdisk({ name: 'disk0', sizeBytes })
const directory = mkdtempSync(join(tmpdir(), 'lunkit-verify-'))
const closings: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const close of closings) await close()
  rmSync(directory, { recursive: true })
})

let files = 0
for (const blockBytes of [512, 4096])
  for (const inPlace of [true, false]) {
    let lanes: Lanes | undefined
    const where = `${inPlace ? 'in place' : 'in a lane'}, in blocks of ${blockBytes} bytes`
    storeCompliance(
      `a file that is verified ${where},`,
      async ({ slab, sizeBytes }) => {
        if (lanes === undefined) {
          const made = createLanes({ slab, count: 1 })
          lanes = made
          closings.push(() => made.close())
        }
        const path = join(directory, `${files++}`)
        const all = { writeBack: true, lanes, inPlace }
        const store = await openFileio({ name: 'f', path, sizeBytes, ...all })
        const sidecar = await openFileio({ name: 'v', path: `${path}.verify`, sizeBytes: 8192, ...all })
        return openVerified(store, { sidecar, slab, blockBytes, identity: 'disk' })
      },
      vitest,
      { blockBytes },
    )
  }

/** Stays as it is when it is closed. */
class Kept extends Layer {
  submit(request: StoreRequest): boolean {
    return this.behind.submit(request)
  }

  override async close(): Promise<undefined> {}
}

describe('the verify layer', () => {
  const slab = new Slab({ sizeBytes: 4 * MIB })

  async function setUp(sizeBytes = MIB) {
    const data = new FailLayer(ram(sizeBytes))
    const sidecar = ram(8192)
    const open = (blockBytes = 512, identity = 'disk') =>
      openVerified(new Kept(data), { sidecar: new Kept(sidecar), slab, blockBytes, identity })
    const layer = await open()
    return { data, sidecar, open, layer, driver: new StoreDriver(layer, slab), under: new StoreDriver(data, slab) }
  }

  async function reading(driver: StoreDriver, offset: number, lengthBytes: number) {
    const slot = driver.take(lengthBytes)
    const request = Object.assign(new StoreRequest(driver), { operation: read, offset, lengthBytes, slot })
    const fault = await driver.run(request)
    slot.release()
    return [fault ?? 'good', request.cause?.offset, request.cause?.code]
  }
  const GOOD = ['good', undefined, undefined]
  const wrongAt = (offset: number) => ['io', offset, 'EILSEQ']
  const failing = (open: Promise<unknown>): Promise<string> =>
    open.then(
      () => 'opened',
      (error: Error) => error.message,
    )

  it('finds a block that has something else, says which, and goes on with the others', async () => {
    const { driver, under } = await setUp()
    await driver.write(64 * 512, pattern(4096, 1))
    await under.write(67 * 512, pattern(512, 9))
    expect(await reading(driver, 64 * 512, 4096)).toEqual(wrongAt(67 * 512))
    expect(await reading(driver, 64 * 512, 3 * 512)).toEqual(GOOD)
    expect(await reading(driver, 68 * 512, 4 * 512)).toEqual(GOOD)
    await driver.write(67 * 512, pattern(512, 2))
    expect(await reading(driver, 64 * 512, 4096)).toEqual(GOOD)
  })

  it('says nothing of a block that was wrong before where the same request is used again and the store fails', async () => {
    const { driver, under, data } = await setUp()
    await driver.write(0, pattern(512, 1))
    await under.write(0, pattern(512, 9))
    const slot = driver.take(512)
    const request = Object.assign(new StoreRequest(driver), { operation: read, offset: 0, lengthBytes: 512, slot })
    expect([await driver.run(request), request.cause?.offset]).toEqual(['io', 0])
    data.fail({ fault: 'io', operations: [read] })
    expect([await driver.run(request), request.cause?.offset]).toEqual(['io', undefined])
    slot.release()
  })

  it('knows nothing of what was never written, zeroed, discarded, or left by a write that failed', async () => {
    const { driver, under, data } = await setUp()
    await driver.write(0, pattern(64 * 512, 1))
    await driver.perform({ operation: zero, offset: 8 * 512, lengthBytes: 8 * 512 })
    await driver.perform({ operation: discard, offset: 16 * 512, lengthBytes: 16 * 512 })
    data.fail({ fault: 'io', operations: [write] })
    expect(await driver.write(32 * 512, pattern(512, 1))).toBe('io')
    data.heal()
    for (const block of [8, 16, 32, 100]) await under.write(block * 512, pattern(512, 9))
    expect(await reading(driver, 0, 128 * 512)).toEqual(GOOD)
    await under.write(33 * 512, pattern(512, 9))
    expect(await reading(driver, 0, 128 * 512)).toEqual(wrongAt(33 * 512))
  })

  it('knows after it was closed what it knew before, and after a cut nothing of what was being written', async () => {
    const { driver, under, layer, open } = await setUp()
    await driver.write(0, pattern(512, 1))
    await layer.close()
    await under.write(0, pattern(512, 9))
    const second = new StoreDriver(await open(), slab)
    expect(await reading(second, 0, 512)).toEqual(wrongAt(0))
    await second.write(512 * 1024, pattern(512, 2))
    await under.write(512 * 1024, pattern(512, 9))
    expect(await reading(second, 512 * 1024, 512)).toEqual(wrongAt(512 * 1024))
    const third = new StoreDriver(await open(), slab)
    expect([await reading(third, 0, 512), await reading(third, 512 * 1024, 512)]).toEqual([wrongAt(0), GOOD])
  })

  it('refuses a sidecar of another disk, block or size, one that is damaged, and what is none', async () => {
    const { layer, open, data, sidecar } = await setUp()
    await layer.close()
    const refusals = [await failing(open(512, 'another')), await failing(open(4096))]
    await data.resize(MIB / 2)
    refusals.push(await failing(open()))
    await data.resize(MIB)
    expect(await failing(open())).toBe('opened')
    const beside = new StoreDriver(sidecar, slab)
    await beside.write(40, Buffer.from('x'))
    refusals.push(await failing(open()))
    await beside.write(0, Buffer.from('x'))
    refusals.push(await failing(open()))
    expect(refusals).toEqual([
      'is that of disk, not of another',
      'is of blocks of 512 bytes, and the disk has blocks of 4096',
      `is of a disk of ${MIB} bytes, and this one has ${MIB / 2}`,
      'is damaged',
      'is not one that lunkit has made',
    ])
  })

  it('follows the size of the disk, and knows nothing of what was cut off and is there again', async () => {
    const { driver, layer, under, data, open } = await setUp()
    await driver.write(MIB - 512, pattern(512, 1))
    await driver.write(0, pattern(512, 1))
    expect(await layer.resize(MIB / 2)).toBeUndefined()
    expect(await layer.resize(3 * MIB)).toBeUndefined()
    expect(await reading(driver, MIB - 512, 512)).toEqual(GOOD)
    await driver.write(3 * MIB - 512, pattern(512, 1))
    await data.resize(4 * MIB)
    await driver.write(4 * MIB - 512, pattern(512, 1))
    await layer.close()
    const again = new StoreDriver(await open(), slab)
    for (const end of [3, 4]) await under.write(end * MIB - 512, pattern(512, 9))
    const found = [await reading(again, 3 * MIB - 512, 512), await reading(again, 4 * MIB - 512, 512)]
    expect(found).toEqual([wrongAt(3 * MIB - 512), wrongAt(4 * MIB - 512)])
  })

  it('fails nothing but what needs it where the sidecar fails', async () => {
    const data = ram(MIB)
    const failingSidecar = new FailLayer(ram(8192))
    const layer = await openVerified(data, { sidecar: failingSidecar, slab, blockBytes: 512, identity: 'disk' })
    const driver = new StoreDriver(layer, slab)
    failingSidecar.fail({ fault: 'noSpace', operations: [write] })
    expect(await driver.write(0, pattern(512, 1))).toBe('noSpace')
    expect(await reading(driver, 0, 512)).toEqual(GOOD)
    failingSidecar.heal()
    expect([await driver.write(0, pattern(512, 1)), await driver.perform({ operation: flush })]).toEqual([
      undefined,
      undefined,
    ])
    await layer.close()
  })
})
