import { DiskServer } from 'lunkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StatisticsRequest } from './statistics-request.ts'
import { StatisticsThread } from './statistics-thread.ts'

let server: DiskServer
let thread: StatisticsThread
beforeEach(() => {
  server = new DiskServer()
  thread = new StatisticsThread(server.statistics.blocks)
})
afterEach(async () => {
  await thread.close()
  await server.close()
})

const COUNTERS: StatisticsRequest = { kind: 'counters', more: [] }
const told = (json: Uint8Array): unknown => JSON.parse(Buffer.from(json).toString())

interface Counted {
  readonly blocks: readonly {
    readonly name: string
    readonly cells: readonly { readonly metric: string; readonly of: string }[]
    readonly rows: readonly {
      readonly labels: readonly string[]
      readonly values: readonly number[]
      readonly histograms: readonly (readonly number[])[]
    }[]
  }[]
}

describe('the thread that reads what is counted', () => {
  it('tells of a row what is not 0, by the place of its cell, and of a histogram how many did not exceed each bound', async () => {
    const { units } = server.statistics.blocks
    const row = units.row({ unit: 'ramdisk/a' })
    row.add(units.declaration.at.commands.write, 3)
    row.observe(units.declaration.at.duration.write, 2)
    const { blocks } = told(await thread.ask(COUNTERS)) as Counted
    const unit = blocks.find(({ name }) => name === 'unit')
    const cellOf = (metric: string) => unit?.cells.findIndex(cell => cell.metric === metric && cell.of === 'write')
    expect(unit?.rows).toContainEqual({
      labels: ['ramdisk/a'],
      values: [cellOf('commands'), 3],
      // 2 ms lie in a bucket of their own, below 2.5 ms.
      histograms: [[cellOf('duration'), 1, 0.002, 0, 0, 0, 0, 0, ...Array<number>(7).fill(1)]],
    })
  })

  it('sees rows that were made after it was started', async () => {
    await thread.ask(COUNTERS)
    for (let unit = 0; unit < 100; unit++) server.statistics.blocks.units.row({ unit: `ramdisk/${unit}` })
    const { blocks } = told(await thread.ask(COUNTERS)) as Counted
    const labels = blocks.find(({ name }) => name === 'unit')?.rows.flatMap(row => row.labels)
    expect(labels).toContain('ramdisk/99')
  })

  it('makes one answer for all who ask the same while it is made', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => thread.ask(COUNTERS)))
    expect(new Set(answers).size).toBe(1)
    expect(await thread.ask(COUNTERS)).not.toBe(answers[0])
  })

  it('tells who waits when it is ended, and is started again by the next question', async () => {
    const waiting = thread.ask(COUNTERS)
    await Promise.all([expect(waiting).rejects.toThrow('lunkitd is ending'), thread.close()])
    expect(told(await thread.ask(COUNTERS))).toHaveProperty('blocks')
  })
})
