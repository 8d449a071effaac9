import { Slab } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { TARGET_LIMITS } from '../limits.ts'
import { TargetStatistics } from '../statistics.ts'
import { MemoryShare } from './memory-share.ts'

const MIB = 1024 * 1024
const PIECE_BYTES = 256 * 1024

/** The share of sessions of a slab of 16 MiB, three eighths of which are for each direction: 6 MiB. */
function shared(sessions: number): MemoryShare {
  const share = new MemoryShare(new Slab({ sizeBytes: 16 * MIB }), TARGET_LIMITS, new TargetStatistics())
  for (let i = 0; i < sessions; i++) share.sessionBegan()
  return share
}

describe('the share of a session', () => {
  it('is smaller the more sessions there are, but never less than a piece', () => {
    const bytes = [1, 2, 6, 1000].map(sessions => shared(sessions).dataInBytes)
    expect(bytes).toEqual([6 * MIB, 3 * MIB, MIB, PIECE_BYTES])
    const share = shared(2)
    share.sessionEnded()
    expect(share.dataOutBytes).toBe(6 * MIB)
  })

  it('is what it may fill, and not more', () => {
    const share = shared(3)
    expect([share.allowsDataOut(MIB, MIB), share.allowsDataOut(MIB, MIB + 1)]).toEqual([true, false])
    expect([share.allowsDataIn(MIB, MIB), share.allowsDataIn(MIB, MIB + 1)]).toEqual([true, false])
  })

  it('is a piece where those who came before hold all that is for its direction', () => {
    const share = shared(3)
    share.countDataIn(5 * MIB)
    expect([share.allowsDataIn(0, MIB), share.allowsDataIn(0, MIB + 1)]).toEqual([true, false])
    share.countDataIn(MIB)
    expect([share.allowsDataIn(0, PIECE_BYTES), share.allowsDataIn(4096, PIECE_BYTES)]).toEqual([true, false])
    expect(share.allowsDataOut(0, 2 * MIB)).toBe(true)
    share.countDataOut(6 * MIB)
    expect([share.allowsDataOut(0, PIECE_BYTES), share.allowsDataOut(4096, PIECE_BYTES)]).toEqual([true, false])
    share.countDataOut(-6 * MIB)
    expect(share.allowsDataOut(4096, PIECE_BYTES)).toBe(true)
  })
})
