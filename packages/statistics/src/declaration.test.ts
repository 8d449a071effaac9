import { describe, expect, expectTypeOf, it } from 'vitest'
import { Block } from './block.ts'
import { declare } from './declaration.ts'
import type { Histogram } from './histogram.ts'
import type { CounterPlace, GaugePlace, HistogramPlace } from './metric.ts'
import { tested } from './testing/declared.ts'

const metric = { kind: 'counter', unit: 'commands', help: 'commands' } as const
const metrics = { commands: metric }

describe('a declaration', () => {
  it('has the names of its metrics, of their kinds and of its labels in its type', () => {
    expectTypeOf(tested.at.commands).toEqualTypeOf<{ readonly read: CounterPlace; readonly write: CounterPlace }>()
    expectTypeOf(tested.at.waiting).toEqualTypeOf<GaugePlace>()
    expectTypeOf(tested.at.duration).toEqualTypeOf<HistogramPlace>()
    const readings = new Block(tested).snapshot()
    type Reading = (typeof readings)[number]
    expectTypeOf<Reading['labels']>().toEqualTypeOf<Readonly<Record<'target' | 'unit', string>>>()
    expectTypeOf<Reading['values']['errors']>().toEqualTypeOf<number>()
    expectTypeOf<Reading['values']['stored']['read']>().toEqualTypeOf<Histogram>()
  })

  it('says all that an exporter needs', () => {
    expect([tested.name, tested.labels, Object.keys(tested.metrics)]).toEqual([
      'tested',
      ['target', 'unit'],
      ['commands', 'errors', 'waiting', 'duration', 'stored'],
    ])
    expect(tested.metrics.commands).toEqual({
      kind: 'counter',
      unit: 'commands',
      help: 'commands that have ended',
      by: { label: 'op', values: ['read', 'write'] },
    })
  })

  it('is refused with names that are none, kinds that there are not, and texts that are missing', () => {
    const bad = (spec: object) => () => declare({ name: 'a', labels: [], metrics, ...spec } as never)
    expect(bad({ name: 'A' })).toThrow(RangeError)
    expect(bad({ labels: ['a b'] })).toThrow(RangeError)
    expect(bad({ labels: ['a', 'a'] })).toThrow(RangeError)
    expect(bad({ metrics: { 'a-b': metric } })).toThrow(RangeError)
    expect(bad({ metrics: { a: { ...metric, kind: 'summary' } } })).toThrow(RangeError)
    expect(bad({ metrics: { a: { ...metric, help: '' } } })).toThrow(RangeError)
    expect(bad({ metrics: { a: { ...metric, unit: undefined } } })).toThrow(TypeError)
    expect(bad({ more: 1 })).toThrow(TypeError)
  })

  it('is refused with kinds that are not told apart, or by a label of the row', () => {
    const by = (dimension: unknown) => () =>
      declare({ name: 'a', labels: ['unit'], metrics: { a: { ...metric, by: dimension } } } as never)
    expect(by({ label: 'op', values: [] })).toThrow(RangeError)
    expect(by({ label: 'op', values: ['a', 'a'] })).toThrow(RangeError)
    expect(by({ label: 'op' })).toThrow(TypeError)
    expect(by({ label: 'unit', values: ['a'] })).toThrow(/^declare: a: by: label is unit; right is one that/)
  })

  it('is refused with a histogram of something else than seconds', () => {
    const a = { kind: 'histogram', unit: 'bytes', help: 'lengths' } as const
    expect(() => declare({ name: 'a', labels: [], metrics: { a } })).toThrow(RangeError)
  })
})
