import { describe, expect, it } from 'vitest'
import { Counter, TARGET_STATISTICS_BYTES, TargetStatistics, targetCounters } from './statistics.ts'

describe('the statistics of a target', () => {
  it('are read by name from memory that another thread has too', () => {
    const block = new SharedArrayBuffer(TARGET_STATISTICS_BYTES)
    const counting = new TargetStatistics(block)
    counting.add(Counter.pdusIn)
    counting.add(Counter.bytesIn, 48)
    counting.add(Counter.bytesIn, 2 ** 40)
    const reading = new TargetStatistics(block)
    expect(reading.get('pdusIn')).toBe(1)
    expect(reading.read()).toMatchObject({ bytesIn: 2 ** 40 + 48, pdusOut: 0 })
  })

  it('say what each counter means', () => {
    for (const meaning of Object.values(targetCounters)) expect(meaning).toMatch(/\w{3}/)
  })

  it('refuse a block that is too short', () => {
    expect(() => new TargetStatistics(new SharedArrayBuffer(TARGET_STATISTICS_BYTES - 8))).toThrow(RangeError)
  })
})
