import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Block } from './block.ts'
import { BlockReader } from './block-reader.ts'
import { Settlement } from './settlement.ts'
import { tested } from './testing/declared.ts'

/** A row, what it says, and a settlement that adds to it what was counted beside it. */
function setUp() {
  const block = new Block(tested)
  const row = block.row({ target: 'a', unit: 'b' })
  const said = (): number => row.get(tested.at.commands.read)
  let beside = 0
  const settlement = new Settlement(() => {
    row.add(tested.at.commands.read, beside)
    beside = 0
  })
  const count = (): void => {
    beside++
    settlement.due()
  }
  return { block, row, said, count }
}

describe('what is counted beside a row', () => {
  it('is added once, before the event loop has its turn again', async () => {
    const { said, count } = setUp()
    for (let turn = 1; turn <= 3; turn++) {
      count()
      count()
      expect(said()).toBe(2 * (turn - 1))
      await setImmediate()
      expect(said()).toBe(2 * turn)
    }
  })

  it('is there for who reads the block on this thread, by its memory too', () => {
    const { block, count } = setUp()
    count()
    expect(block.snapshot()[0]?.values.commands.read).toBe(1)
    count()
    expect(new BlockReader(tested, block.memory).snapshot()[0]?.values.commands.read).toBe(2)
  })

  it('is kept for its parent when the row is given back in the same turn', () => {
    const { block, row, count } = setUp()
    count()
    row.release()
    expect(block.snapshot().map(({ labels, values }) => [labels.unit, values.commands.read])).toEqual([['_ended', 1]])
  })
})
