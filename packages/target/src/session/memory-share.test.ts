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

describe('what a session may have queued', () => {
  it('is its share and more, up to a bound', () => {
    const share = shared(6)
    expect([share.outputBytes, share.outputBytesAtMost]).toEqual([MIB + 256 * 1024, 2 * MIB + 256 * 1024])
  })

  it('is nothing while all together have too much', () => {
    const share = shared(6)
    share.countOutput(6 * MIB + 64 * MIB)
    expect(share.outputBytes).toBe(MIB + 256 * 1024)
    share.countOutput(1)
    expect(share.outputBytes).toBe(0)
    share.countOutput(-1)
    expect(share.outputBytes).toBe(MIB + 256 * 1024)
  })
})

describe('the memory of the process', () => {
  it('is scarce beyond a half, very scarce beyond three quarters, short beyond fifteen sixteenths', () => {
    const slab = { sizeBytes: 16 * MIB, takenBytes: 0 }
    const share = new MemoryShare(slab as Slab, TARGET_LIMITS, new TargetStatistics())
    const looks = [8, 12, 15].flatMap(taken =>
      [0, 1].map(more => {
        slab.takenBytes = taken * MIB + more
        return [share.scarce, share.veryScarce, share.short]
      }),
    )
    expect(looks).toEqual([
      [false, false, false],
      [true, false, false],
      [true, false, false],
      [true, true, false],
      [true, true, false],
      [true, true, true],
    ])
  })

  it('is shared as far as the limits of a session go', () => {
    const limits = { ...TARGET_LIMITS, dataOutBytes: 2 * MIB, dataInBytes: MIB }
    const share = new MemoryShare(new Slab({ sizeBytes: 16 * MIB }), limits, new TargetStatistics())
    expect([share.dataOutBytes, share.dataInBytes]).toEqual([2 * MIB, MIB])
  })

  it('is counted in each direction', () => {
    const statistics = new TargetStatistics()
    const share = new MemoryShare(new Slab({ sizeBytes: MIB }), TARGET_LIMITS, statistics)
    share.countDataOut(5)
    share.countDataIn(6)
    share.countOutput(7)
    const counted = ['dataOutHeldBytes', 'dataInHeldBytes', 'outputQueuedBytes'] as const
    expect(counted.map(name => statistics.get(name))).toEqual([5, 6, 7])
  })
})
