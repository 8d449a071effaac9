import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Session } from '@lunkit/initiator'
import { fileio, ramdisk } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Clock } from './harness/clock.ts'
import { holdingBack } from './harness/layered.ts'
import { openFiles } from './harness/open-handles.ts'
import { pattern } from './harness/pattern.ts'
import { TestServer } from './harness/test-server.ts'
import { until } from './harness/turns.ts'

const MIB = 1024 * 1024
const BLOCK = 512
const DISK_BYTES = 64 * MIB

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkit-e2e-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** A client that writes one place again and again, as often as it may, and remembers what was acknowledged. */
class Writer {
  readonly #session: Session
  readonly #offset: number
  readonly #lengthBytes: number
  /** Generations that were acknowledged, and sent. */
  acknowledged = 0
  sent = 0
  /** How the last write ended. */
  end = ''

  constructor(session: Session, { offset, lengthBytes }: { offset: number; lengthBytes: number }) {
    this.#session = session
    this.#offset = offset
    this.#lengthBytes = lengthBytes
  }

  async run(): Promise<void> {
    for (;;) {
      const generation = ++this.sent
      this.end = await outcomeOf(this.#session.lun(0).write(this.#offset / BLOCK, this.#data(generation)))
      if (this.end !== 'good') return
      this.acknowledged = generation
    }
  }

  /** Blocks of a file that hold neither what was acknowledged last nor what was sent after it. */
  staleBlocks(file: Buffer): number[] {
    const candidates = [this.#data(this.acknowledged), this.#data(this.sent)]
    const blocks = Array.from({ length: this.#lengthBytes / BLOCK }, (_, block) => block)
    return blocks.filter(block => {
      const at = block * BLOCK
      const found = file.subarray(this.#offset + at, this.#offset + at + BLOCK)
      return candidates.every(data => Buffer.compare(data.subarray(at, at + BLOCK), found) !== 0)
    })
  }

  #data(generation: number): Buffer {
    return pattern(this.#lengthBytes, { seed: generation, offset: this.#offset })
  }
}

describe('a server that is closed while it is written to', () => {
  it.each([
    ['small writes, write-back', 4096, true],
    ['small writes, write-through', 4096, false],
    ['large writes that are asked for, write-back', MIB, true],
    ['large writes that are asked for, write-through', MIB, false],
  ] as const)('keeps all that it has acknowledged: %s', async (_what, lengthBytes, writeBack) => {
    const path = join(directory, 'disk.img')
    await using test = await TestServer.serve({ luns: [fileio({ path, sizeBytes: DISK_BYTES, writeBack })] })
    const writers = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => {
        const session = await test.connect()
        await session.lun(0).ready()
        await session.lun(0).blockSizeBytes()
        return new Writer(session, { offset: at * 2 * MIB, lengthBytes })
      }),
    )
    const running = Promise.all(writers.map(writer => writer.run()))
    await until(() => writers.every(({ acknowledged }) => acknowledged >= 5))
    expect(await test.server.close()).toEqual([])
    await running
    expect(openFiles(directory)).toEqual([])
    const file = await readFile(path)
    for (const writer of writers)
      expect(writer.staleBlocks(file), `acknowledged ${writer.acknowledged}, then ${writer.end}`).toEqual([])
    expect(test.server.transferMemoryUsedBytes).toBe(0)
  })
})

describe('a server that is closed while a disk does not return what it was given', () => {
  it('flushes the others after four seconds, names the one, and ends when it has returned', async () => {
    const held = holdingBack(ramdisk({ sizeBytes: MIB }))
    const clock = new Clock()
    await using test = await TestServer.serve({
      luns: [held.storage, ramdisk({ sizeBytes: MIB })],
      timers: clock.wheel,
    })
    const session = await test.connect()
    for (const lun of [0, 1]) await session.lun(lun).ready()
    await session.lun(0).blockSizeBytes()
    held.delay.hold({})
    const written = outcomeOf(session.lun(0).write(0, pattern(BLOCK, { seed: 1 })))
    await until(() => held.delay.held === 1)
    const closed = test.server.close()
    await clock.pass(3900)
    expect(test.server.unflushedDisks).toEqual(['ramdisk/disk0', 'ramdisk/disk1'])
    await clock.pass(200)
    expect(test.server.unflushedDisks).toEqual(['ramdisk/disk0'])
    held.delay.hold(undefined)
    held.delay.release()
    expect(await closed).toEqual([])
    expect(test.server.unflushedDisks).toEqual([])
    expect(['good', 'aborted', 'lost']).toContain(await written)
  })
})
