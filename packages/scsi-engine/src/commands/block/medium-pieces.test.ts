import { PIECE_BYTES } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { firstDifference, giveWay, pieceAt } from './medium-pieces.ts'

/** Whether what was due in the event loop had its turn before a command at `at` went on. */
async function hadItsTurn(at: number): Promise<boolean> {
  let ran = false
  setImmediate(() => {
    ran = true
  })
  await giveWay(at)
  return ran
}

describe('a command that goes over many pieces', () => {
  it.each([
    [0, false],
    [1, false],
    [15, false],
    [16, true],
    [17, false],
    [32, true],
  ])('lets everything else have its turn after every 16 pieces: after %i %o', async (pieces, turn) => {
    expect(await hadItsTurn(pieces * PIECE_BYTES)).toBe(turn)
  })

  it('takes pieces of 256 KiB, and the rest last', () => {
    const bytes = 256 * 1024
    expect([pieceAt(0, bytes), pieceAt(0, bytes + 1), pieceAt(bytes, bytes + 1)]).toEqual([bytes, bytes, 1])
  })
})

describe('the first difference', () => {
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
  it.each([
    ['of equal bytes is none', bytes(1, 2), bytes(1, 2), undefined],
    ['of the start of the other is none', bytes(1, 2, 3), bytes(1, 2), undefined],
    ['may be the first byte', bytes(0, 2), bytes(1, 2), 0],
    ['may be the last byte', bytes(1, 2, 3), bytes(1, 2, 4), 2],
  ])('%s', (_what, a, b, at) => {
    expect(firstDifference(a, b)).toBe(at)
    expect(firstDifference(b, a)).toBe(at)
  })
})
