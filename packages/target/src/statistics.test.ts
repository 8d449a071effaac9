import { Block, BlockReader } from '@lunkit/statistics'
import { describe, expect, it } from 'vitest'
import { Counter, TargetStatistics, targetMetrics } from './statistics.ts'

describe('the statistics of a target', () => {
  it('are read by name, here and from memory that another thread has too', () => {
    const counting = new TargetStatistics()
    counting.add(Counter.pdusIn)
    counting.add(Counter.bytesIn, 48)
    counting.add(Counter.bytesIn, 2 ** 40)
    counting.add(Counter.sessionsOpen, 3)
    counting.add(Counter.sessionsOpen, -1)
    expect(counting.get('pdusIn')).toBe(1)
    expect(counting.read()).toMatchObject({ bytesIn: 2 ** 40 + 48, pdusOut: 0, sessionsOpen: 2 })
    const [row] = new BlockReader(targetMetrics, counting.blocks.target.memory).snapshot()
    expect(row).toEqual({ labels: {}, values: counting.read() })
  })

  it('are counted where they are told to be, by several that share it', () => {
    const target = new Block(targetMetrics)
    for (const statistics of [new TargetStatistics({ target }), new TargetStatistics({ target })])
      statistics.add(Counter.pdusIn)
    expect(target.snapshot()[0]?.values.pdusIn).toBe(2)
  })
})
