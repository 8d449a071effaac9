import { describe, expect, it } from 'vitest'
import { parseExposition } from '../harness/exposition-parser.ts'
import { CounterWatch } from './counter-watch.ts'

const exposition = (started: number, series: Readonly<Record<string, number>>) =>
  parseExposition(
    [
      '# HELP lunkit_start_time_seconds when it was started',
      '# TYPE lunkit_start_time_seconds gauge',
      `lunkit_start_time_seconds ${started}`,
      '# HELP lunkit_lun_operations_total commands that have ended',
      '# TYPE lunkit_lun_operations_total counter',
      ...Object.entries(series).map(([lun, count]) => `lunkit_lun_operations_total{lun="${lun}",op="read"} ${count}`),
      '',
    ].join('\n'),
  )

/** What a watch says of the last of several scrapes. */
function watched(...scrapes: readonly Parameters<typeof exposition>[]): string[] {
  const watch = new CounterWatch()
  return scrapes.map(each => watch.look(exposition(...each))).at(-1) ?? []
}

describe('a watch of counters', () => {
  it('finds a sum that went back', () => {
    expect(watched([1, { a: 5, b: 7 }], [1, { a: 9, b: 2 }])).toEqual([
      'lunkit_lun_operations_total{"op":"read"} went from 12 back to 11',
    ])
  })

  it('takes what a LUN had that has gone for what is told of those that have ended', () => {
    expect(watched([1, { a: 5, b: 7 }], [1, { a: 5, _ended: 7 }])).toEqual([])
  })

  it('finds less of those that have ended', () => {
    expect(watched([1, { a: 5, _ended: 7 }], [1, { a: 9, _ended: 6 }])).toEqual([
      'lunkit_lun_operations_total{"lun":"_ended","op":"read"} went from 7 back to 6',
    ])
  })

  it('begins anew with another lunkitd', () => {
    expect(watched([1, { a: 5 }], [2, { a: 1 }])).toEqual([])
  })

  it('misses the time at which lunkitd was started', () => {
    expect(new CounterWatch().look(new Map())).toEqual(['lunkit_start_time_seconds is not there'])
  })
})
