import { expect, it } from 'vitest'
import { valuesOf } from './chart-values.ts'
import type { Load } from './load.ts'

const FRAME = { seconds: 60, height: 100, top: 10, nowMs: 60_000 }
const NOTHING: Load = {
  ...{ reads: 0, writes: 0, others: 0, readBytes: 0, writtenBytes: 0, tasks: 0 },
  ...{ meanSeconds: undefined, p99Seconds: undefined },
}
const point = (seconds: number, load: Partial<Load> | undefined) => {
  return { atMs: seconds * 1000, load: load && { ...NOTHING, ...load } }
}
const text = (value: number): string => `${value} of them`

it('the values of a chart are said in words, and where its lines are', () => {
  const values = [({ reads }: Load) => reads, ({ writes }: Load) => writes]
  const points = [point(58, { reads: 10, writes: 5 }), point(59, undefined), point(60, { reads: 2.5 })]
  expect(valuesOf(points, { values, text }, FRAME)).toBe(
    '[[58,[0,50],["10 of them","5 of them"]],[60,[75,100],["2.5 of them","0 of them"]]]',
  )
})

it('one that is not known has no place, and a time at which none is known is no point', () => {
  const values = [({ meanSeconds }: Load) => meanSeconds, ({ p99Seconds }: Load) => p99Seconds]
  const points = [point(58, {}), point(60, { meanSeconds: 5 })]
  expect(valuesOf(points, { values, text }, FRAME)).toBe('[[60,[50,null],["5 of them","–"]]]')
})
