import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Block } from './block.ts'
import { declare } from './declaration.ts'
import type { Row } from './row.ts'
import { tested } from './testing/declared.ts'

const { at } = tested
const one = (target: string) => ({ target, unit: 'fileio/a' })
const readsOf = (block: Block<'target' | 'unit', (typeof tested)['metrics']>) =>
  block.snapshot().map(({ labels, values }) => [labels.target, values.commands.read])

describe('a block', () => {
  it('tells each row with its labels and what was counted', () => {
    const block = new Block(tested)
    const row = block.row(one('a'))
    row.add(at.commands.read)
    row.add(at.commands.read, 2)
    row.add(at.waiting, 5)
    row.add(at.waiting, -2)
    row.observe(at.stored.write, 4)
    const [reading, ...more] = block.snapshot()
    expect(more).toEqual([])
    expect(reading?.labels).toEqual({ target: 'a', unit: 'fileio/a' })
    expect(reading?.values).toMatchObject({ commands: { read: 3, write: 0 }, errors: 0, waiting: 3 })
    expect(reading?.values.stored.write.count).toBe(1)
    expect(reading?.values.stored.write.sumSeconds).toBeCloseTo(0.004)
    expect(reading?.values.stored.read.count).toBe(0)
  })

  it('keeps the totals of a row that was given back, and nothing of its gauges', () => {
    const block = new Block(tested)
    const row = block.row(one('a'))
    row.add(at.commands.write, 7)
    row.set(at.waiting, 3)
    for (const milliseconds of [1, 2, 4]) row.observe(at.duration, milliseconds)
    row.release()
    const [ended, ...more] = block.snapshot()
    expect(more).toEqual([])
    expect(ended?.labels).toEqual({ target: '_ended', unit: '_ended' })
    expect(ended?.values).toMatchObject({ commands: { read: 0, write: 7 }, waiting: 0 })
    expect(ended?.values.duration.count).toBe(3)
    expect(ended?.values.duration.sumSeconds).toBeCloseTo(0.007)
  })

  it('counts exactly up to 2 ** 53', () => {
    const row = new Block(tested).row(one('a'))
    row.add(at.errors, 2 ** 53 - 2)
    row.add(at.errors)
    expect(row.get(at.errors)).toBe(9_007_199_254_740_991)
  })

  it('gives who asks for the labels of a row that same row, which goes when the last of them gives it back', () => {
    const block = new Block(tested)
    const [first, second] = [block.row(one('a')), block.row(one('a'))]
    first.add(at.commands.read)
    second.add(at.commands.read)
    first.release()
    first.release()
    second.add(at.commands.read)
    expect(readsOf(block)).toEqual([['a', 3]])
    second.release()
    expect(readsOf(block)).toEqual([['_ended', 3]])
  })

  it('counts what comes after a row was given back among what has gone, not in the row of who comes next', () => {
    const block = new Block(tested)
    const gone = block.row(one('a'))
    gone.add(at.waiting)
    gone.release()
    block.row(one('b')).add(at.commands.read, 10)
    gone.add(at.commands.read)
    gone.add(at.waiting, -1)
    expect(block.snapshot().map(({ values }) => values.waiting)).toEqual([0, 0])
    expect(readsOf(block)).toEqual([
      ['_ended', 1],
      ['b', 10],
    ])
  })

  it('keeps durations that were too short to have a sum', () => {
    const block = new Block(tested)
    const gone = block.row(one('a'))
    gone.observe(at.duration, 0)
    gone.release()
    expect(block.snapshot().map(({ values }) => values.duration.count)).toEqual([1])
  })

  it('adds the totals of a row to its parent, which stays until all its children have gone', () => {
    const block = new Block(tested)
    const parent = block.row({ target: '_ended', unit: 'fileio/a' })
    const child = block.row(one('a'), parent)
    child.add(at.commands.read, 4)
    parent.release()
    expect(readsOf(block)).toEqual([
      ['_ended', 0],
      ['a', 4],
    ])
    child.release()
    expect(block.rowsTaken).toBe(0)
    expect(readsOf(block)).toEqual([['_ended', 4]])
  })

  it('has those who come when all rows are taken share one, and goes on when a row is free again', () => {
    const block = new Block(tested, { rows: 2 })
    const rows = ['a', 'b', 'c', 'd'].map(target => block.row(one(target)))
    for (const row of rows) row.add(at.commands.read)
    for (const row of rows.slice(1)) row.release()
    block.row(one('e')).add(at.commands.read)
    expect(readsOf(block)).toEqual([
      ['_ended', 1],
      ['_other', 2],
      ['a', 1],
      ['e', 1],
    ])
  })

  it('refuses labels that are not its own, and a parent that has gone or is of another block', () => {
    const block = new Block(tested)
    const gone = block.row(one('a'))
    gone.release()
    expect(() => block.row({ target: 'a' } as never)).toThrow(TypeError)
    expect(() => block.row({ target: 'a', unit: 'b', more: 'c' } as never)).toThrow(TypeError)
    expect(() => block.row(one('b'), gone)).toThrow(RangeError)
    expect(() => block.row(one('b'), new Block(tested).row(one('a')))).toThrow(RangeError)
    expect(() => block.row(one('b'), {} as never)).toThrow(TypeError)
    expect(block.rowsTaken).toBe(0)
  })
})

describe('a block without labels', () => {
  const plain = declare({
    name: 'plain',
    labels: [],
    metrics: { turns: { kind: 'counter', unit: 'turns', help: 'turns of the event loop' } },
  })

  it('is one row, which is there from the beginning and stays', () => {
    const block = new Block(plain)
    expect(block.snapshot()).toEqual([{ labels: {}, values: { turns: 0 } }])
    const row = block.row({})
    row.add(plain.at.turns)
    row.release()
    block.row({}).add(plain.at.turns)
    expect(block.snapshot()).toEqual([{ labels: {}, values: { turns: 2 } }])
    expect(block.rowsTaken).toBe(0)
  })
})

describe('labels', () => {
  it('that are too long are cut at a character, and told from others that begin alike', () => {
    const block = new Block(tested)
    const long = `fileio/${'ä'.repeat(200)}`
    for (const end of ['1', '2']) block.row({ target: 'a', unit: long + end })
    const units = block.snapshot().map(({ labels }) => labels.unit)
    expect(new Set(units).size).toBe(2)
    for (const unit of units) {
      expect(unit).toMatch(/^fileio\/ä{151}~[0-9a-f]{8}$/)
      expect(Buffer.byteLength(unit)).toBe(318)
    }
  })

  it('are told as they were given, whatever they hold', () => {
    const block = new Block(tested)
    const unit = '"\0\n\\ 盤 \u{1f4bd}'
    block.row({ target: '', unit })
    expect(block.snapshot().map(({ labels }) => labels)).toEqual([{ target: '', unit }])
  })
})

/** What a block should say, kept the plain way: who holds which labels, and reads counted, durations observed, by labels. */
interface Model {
  readonly held: { readonly row: Row; readonly target: string }[]
  readonly reads: Map<string, number>
  readonly durations: Map<string, number>
}

const ROWS = 4
const step = fc.oneof(
  fc.record({ kind: fc.constant('take' as const), target: fc.constantFrom(...'abcdefgh') }),
  fc.record({ kind: fc.constant('give' as const), which: fc.nat(50) }),
  fc.record({ kind: fc.constant('count' as const), which: fc.nat(50), n: fc.nat(1000) }),
)

function labelOf({ held }: Model, target: string): string {
  const targets = new Set(held.map(each => each.target).filter(each => each !== '_other'))
  return targets.has(target) || targets.size < ROWS ? target : '_other'
}

function move(totals: Map<string, number>, target: string): void {
  totals.set('_ended', (totals.get('_ended') ?? 0) + (totals.get(target) ?? 0))
  totals.delete(target)
}

function give(model: Model, which: number): void {
  const [gone] = model.held.splice(which, 1)
  if (!gone) return
  gone.row.release()
  if (gone.target === '_other' || model.held.some(({ target }) => target === gone.target)) return
  for (const totals of [model.reads, model.durations]) move(totals, gone.target)
}

describe('rows that are handed out and given back at random', () => {
  it('say what a model says that was kept by labels', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), steps => {
        const block = new Block(tested, { rows: ROWS })
        const model: Model = { held: [], reads: new Map(), durations: new Map() }
        for (const each of steps) {
          if (each.kind === 'take') {
            const target = labelOf(model, each.target)
            model.held.push({ row: block.row(one(each.target)), target })
          } else if (model.held.length > 0) {
            const which = each.which % model.held.length
            if (each.kind === 'give') give(model, which)
            else count(model, which, each.n)
          }
        }
        const said = block.snapshot().filter(({ values }) => values.commands.read + values.duration.count > 0)
        const reads = said.map(
          ({ labels, values }) => [labels.target, [values.commands.read, values.duration.count]] as const,
        )
        const expected = [...model.durations]
          .filter(([, n]) => n > 0)
          .map(([target, n]) => [target, [model.reads.get(target) ?? 0, n]] as const)
        expect(new Map(reads)).toEqual(new Map(expected))
      }),
    )
  })
})

function count({ held, reads, durations }: Model, which: number, n: number): void {
  const { row, target } = held[which] as Model['held'][number]
  row.add(at.commands.read, n)
  row.set(at.waiting, n)
  row.observe(at.duration, n)
  reads.set(target, (reads.get(target) ?? 0) + n)
  durations.set(target, (durations.get(target) ?? 0) + 1)
}
