import { describe, expect, it } from 'vitest'
import { EditLoop } from './edit-loop.ts'

const turn = () => new Promise(resolve => setImmediate(resolve))

describe('a loop of edits', () => {
  it('makes one after the other, whatever becomes of them, until it is ended', async () => {
    let made = 0
    const failed: unknown[] = []
    const loop = new EditLoop({
      edit: async () => {
        if (++made === 2) throw new Error('the second')
      },
      pauseMs: () => 0,
      failed: error => failed.push(error),
    })
    loop.start()
    while (made < 4) await turn()
    await loop.end()
    const ended = made
    await turn()
    expect([made, failed]).toEqual([ended, [new Error('the second')]])
  })

  it('rests while something else is done, and ends with the edit that is under way', async () => {
    const happened: string[] = []
    const first = Promise.withResolvers<void>()
    const loop = new EditLoop({
      edit: async () => {
        happened.push('edit begins')
        await first.promise
        happened.push('edit ends')
      },
      pauseMs: () => 0,
      failed: () => {},
    })
    loop.start()
    const rested = loop.rest(async () => void happened.push('rest'))
    const ended = loop.end()
    await turn()
    expect(happened).toEqual(['edit begins'])
    first.resolve()
    await Promise.all([rested, ended])
    expect(happened).toEqual(['edit begins', 'edit ends', 'rest'])
  })
})
