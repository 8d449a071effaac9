import { execFileSync } from 'node:child_process'
import { rm, truncate, writeFile } from 'node:fs/promises'
import type { LogicalUnit, Session } from '@lunkit/initiator'
import { type BlockStorageOptions, block, connect, createTarget, type LunkitTarget, ramdisk } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'
import { LoopDevice } from './loop-device.ts'
import { Mount } from './mount.ts'
import { outcomesUntil } from './rig.ts'

const MIB = 2 ** 20
const lbasPerMib = MIB / 512
const [before, after] = [Buffer.alloc(4096, 1), Buffer.alloc(4096, 2)]
const mebibyte = Buffer.alloc(MIB, 3)

/** A block device that is served, and memory beside it that must not notice what becomes of it. */
class ServedDevice implements AsyncDisposable {
  readonly unit: LogicalUnit
  readonly #neighbour: LogicalUnit
  readonly #session: Session
  readonly #target: LunkitTarget

  private constructor(target: LunkitTarget, session: Session) {
    this.#target = target
    this.#session = session
    this.unit = session.lun(0)
    this.#neighbour = session.lun(1)
  }

  static async serve(options: BlockStorageOptions): Promise<ServedDevice> {
    const target = await createTarget({ luns: [block(options), ramdisk({ sizeBytes: MIB })] })
    const session = await connect({ ...target.address, attentions: 'command', keepAlive: false })
    const served = new ServedDevice(target, session)
    await Promise.all([served.unit.ready(), served.#neighbour.ready()])
    return served
  }

  /** @throws {Error} unless the memory beside it is written and read as ever */
  async neighbourServes(): Promise<void> {
    await this.#neighbour.write(0, after)
    if (Buffer.compare(await this.#neighbour.read(0, 8), after) !== 0)
      throw new Error('the memory beside it has changed')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#session.destroy()
    await this.#target.close()
  }
}

let scratch: Scratch
beforeEach(async () => {
  scratch = await Scratch.create('block-faults')
})
afterEach(() => scratch.remove())

const blockdev = (...words: string[]): void => void execFileSync(findTool('blockdev'), words)

describe('a block device past the page cache', () => {
  it('whose medium is full is not GOOD for what has no room, and is served on when there is some', async () => {
    await using memory = await Mount.memory(scratch, 'memory', 8 * MIB)
    const ballast = memory.path('ballast')
    await writeFile(ballast, Buffer.alloc(6 * MIB))
    const inMemory = await Scratch.create('full', memory.directory)
    using device = await LoopDevice.make(inMemory, 'medium', { sizeBytes: 32 * MIB })
    await using served = await ServedDevice.serve({ path: device.path })
    const { unit } = served
    await unit.write(0, before)
    const outcomes: string[] = []
    for (let at = 1; at < 5; at++) outcomes.push(await outcomeOf(unit.write(at * lbasPerMib, mebibyte)))
    expect(outcomes[0]).toBe('good')
    expect(outcomes.slice(2)).toEqual(['spaceAllocationFailedWriteProtect', 'spaceAllocationFailedWriteProtect'])
    expect(Buffer.compare(await unit.read(0, 8), before)).toBe(0)
    await served.neighbourServes()
    await rm(ballast)
    expect(await outcomesUntil('good', () => unit.write(4 * lbasPerMib, mebibyte))).toEqual(['good'])
    expect(await outcomeOf(unit.synchronizeCache())).toBe('good')
    expect(Buffer.compare(await unit.read(4 * lbasPerMib, lbasPerMib), mebibyte)).toBe(0)
  })

  it('that becomes read-only fails writes, serves reads, and is written again when it may be', async () => {
    using device = await LoopDevice.make(scratch, 'medium', { sizeBytes: 8 * MIB })
    await using served = await ServedDevice.serve({ path: device.path })
    const { unit } = served
    await unit.write(0, before)
    blockdev('--setro', device.path)
    expect(await outcomeOf(unit.write(0, after))).toBe('writeProtected')
    expect(await outcomeOf(unit.write(0, after, { fua: true }))).toBe('writeProtected')
    expect(Buffer.compare(await unit.read(0, 8), before)).toBe(0)
    await served.neighbourServes()
    blockdev('--setrw', device.path)
    expect(await outcomeOf(unit.write(0, after, { fua: true }))).toBe('good')
    expect(Buffer.compare(await unit.read(0, 8), after)).toBe(0)
  })

  it('whose medium fails to be written (EIO) is never GOOD, flushes included, and is read on', async () => {
    await using disk = await Mount.ext4(scratch, 'disk', { file: scratch.path('lower.img'), sizeBytes: 32 * MIB })
    const below = await Scratch.create('below', disk.directory)
    using device = await LoopDevice.make(below, 'medium', { sizeBytes: 8 * MIB })
    await using served = await ServedDevice.serve({ path: device.path })
    const { unit } = served
    await unit.write(0, before)
    await unit.synchronizeCache()
    await disk.abort()
    const outcomes = await Promise.all([
      outcomeOf(unit.write(lbasPerMib, after, { fua: true })),
      outcomeOf(unit.write(2 * lbasPerMib, mebibyte, { fua: true })),
    ])
    expect(outcomes).toEqual(['writeError', 'writeError'])
    expect(await outcomeOf(unit.synchronizeCache())).not.toBe('good')
    // The first command hears of the flush.
    expect(await outcomesUntil('good', () => unit.read(0, 8))).toEqual(['deferred writeError', 'good'])
    expect(Buffer.compare(await unit.read(0, 8), before)).toBe(0)
    await served.neighbourServes()
  })

  it('whose medium cannot be read in part is UNRECOVERED READ ERROR there, until it can', async () => {
    using device = await LoopDevice.make(scratch, 'medium', { sizeBytes: 8 * MIB })
    await using served = await ServedDevice.serve({ path: device.path })
    const { unit } = served
    await unit.write(0, before)
    await truncate(device.file, 4 * MIB)
    expect(await outcomeOf(unit.read(6 * lbasPerMib, 8))).toBe('unrecoveredReadError')
    expect(Buffer.compare(await unit.read(0, 8), before)).toBe(0)
    await served.neighbourServes()
    await truncate(device.file, 8 * MIB)
    expect(await outcomeOf(unit.read(6 * lbasPerMib, 8))).toBe('good')
    expect(await outcomeOf(unit.write(6 * lbasPerMib, after, { fua: true }))).toBe('good')
  })
})

describe('a block device through the page cache', () => {
  it('whose medium is full says so at the flush that meets it, and nothing is GOOD after it', async () => {
    await using memory = await Mount.memory(scratch, 'memory', 4 * MIB)
    const inMemory = await Scratch.create('full', memory.directory)
    using device = await LoopDevice.make(inMemory, 'medium', { sizeBytes: 32 * MIB })
    await using served = await ServedDevice.serve({ path: device.path, direct: false })
    const { unit } = served
    for (let at = 0; at < 8; at++) await outcomeOf(unit.write(at * lbasPerMib, mebibyte))
    expect(await outcomesUntil('writeError', () => unit.synchronizeCache())).not.toContain('good')
    expect(await outcomesUntil('writeError', () => unit.write(0, before))).not.toContain('good')
    await served.neighbourServes()
  })
})
