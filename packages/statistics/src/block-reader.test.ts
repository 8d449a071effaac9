import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { Block } from './block.ts'
import { BlockReader } from './block-reader.ts'
import { declare } from './declaration.ts'
import { tested } from './testing/declared.ts'

interface Answer {
  readonly wrong: readonly string[]
  readonly reads: number
  readonly last: number
}

/** Starts a worker that reads so often; `during` is done between the turns of the event loop until it has answered. */
async function readElsewhere(memory: SharedArrayBuffer, readings: number, during: () => void): Promise<Answer> {
  const file = new URL('./testing/reading-worker.ts', import.meta.url)
  const worker = new Worker(file, { workerData: { memory, readings } })
  let answer: Answer | undefined
  const answered = new Promise<Answer>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  const ended = answered.then(said => {
    answer = said
  })
  while (answer === undefined) {
    during()
    await Promise.race([ended, new Promise(setImmediate)])
  }
  await worker.terminate()
  return answer
}

describe('a reader on another thread', () => {
  it('reads rows that were made after it had the memory, and segments that were added to it', async () => {
    const block = new Block(tested)
    let at = 0
    const { wrong, last } = await readElsewhere(block.memory, 50, () => {
      if (at < 300) block.row({ target: String(++at), unit: `of ${at}` }).add(tested.at.commands.read)
    })
    expect(wrong).toEqual([])
    expect(last).toBeGreaterThan(0)
    expect(new BlockReader(tested, structuredClone(block.memory)).snapshot()).toHaveLength(at)
  })

  it('never sees half a row of another label set, nor a sum that goes back, while rows come and go', async () => {
    const block = new Block(tested)
    let made = 0
    let counted = 0
    const { wrong, reads } = await readElsewhere(block.memory, 5000, () => {
      const row = block.row({ target: String(++made), unit: `of ${made}` })
      row.add(tested.at.errors, made)
      // It lives for several readings, so that its going is what a reading may miss, and goes slowly.
      for (let i = 0; i < 300; i++) {
        row.add(tested.at.commands.read)
        row.observe(tested.at.duration, i)
        row.observe(tested.at.stored.read, i)
        row.observe(tested.at.stored.write, i)
      }
      counted += 300
      row.release()
    })
    expect(wrong).toEqual([])
    expect(reads).toBeLessThanOrEqual(counted)
    expect(block.snapshot().map(({ values }) => values.commands.read)).toEqual([counted])
  })
})

describe('a reader', () => {
  it('tells cell by cell what it tells by metric, but what is nothing', () => {
    const block = new Block(tested)
    const { commands, errors, waiting, duration, stored } = tested.at
    const [gone, row] = [block.row({ target: 'a', unit: 'b' }), block.row({ target: 'c', unit: 'd' })]
    gone.add(errors, 2)
    gone.add(waiting, 3)
    gone.observe(duration, 4)
    gone.release()
    row.add(commands.write, 5)
    row.add(waiting, 6)
    row.observe(stored.read, 7)
    row.observe(stored.read, 8)
    const reader = new BlockReader(tested, block.memory)
    const [ended, there] = reader.snapshot()
    expect(reader.cells()).toEqual([
      { labels: ['_ended', '_ended'], numbers: [2, 2], histograms: [[4, ended?.values.duration]] },
      { labels: ['c', 'd'], numbers: [1, 5, 3, 6], histograms: [[5, there?.values.stored.read]] },
    ])
    expect(reader.cells()[1]?.histograms[0]?.[1].count).toBe(2)
  })

  it('refuses memory of another declaration, of no block, and what is no memory', () => {
    const other = declare({ name: 'other', labels: ['target', 'unit'], metrics: tested.metrics })
    const { memory } = new Block(tested)
    expect(() => new BlockReader(other, memory)).toThrow(
      /^BlockReader: memory is not that of a block of other; right is/,
    )
    expect(() => new BlockReader(tested, new SharedArrayBuffer(16))).toThrow(RangeError)
    expect(() => new BlockReader(tested, new SharedArrayBuffer(64))).toThrow(RangeError)
    expect(() => new BlockReader(tested, new ArrayBuffer(64) as never)).toThrow(TypeError)
  })
})
