import { describe, expect, it } from 'vitest'
import type { StateBacking } from '../state/state-backing.ts'
import { EMPTY_DOCUMENT } from '../state/state-document.ts'
import { StateStore } from '../state/state-store.ts'
import { DiskFaults } from './disk-faults.ts'

const cause = { code: 'EIO', errno: 5, call: 'fdatasync' }
const disk = { disk: 'fileio/d', serial: 'A1-B2' }

/** Faults of disks above a state that can be written, or not. */
function start(isFull = () => false) {
  const backing: StateBacking = {
    write: async () => {
      if (isFull()) throw new Error('/state/state.json cannot be written: no space is left')
    },
    isUncertain: false,
  }
  const { faults: kept } = new StateStore(EMPTY_DOCUMENT, { configuration: '/saveconfig.json', backing })
  const lines: string[] = []
  const log = { error: (_facts: object, text: string) => void lines.push(text) }
  return { kept, lines, faults: new DiskFaults({ kept, log: log as never }) }
}

describe('the fault of a disk', () => {
  it('is kept by its serial number, and gone when it was cleared', async () => {
    const { kept, faults, lines } = start()
    await faults.heard(disk, { kind: 'flushFailed', cause })
    expect(kept.of('a1b2')).toMatchObject({ serial: 'A1-B2', fault: 'flushFailed', cause })
    expect(faults.of('a1b2')).toEqual(kept.of('a1b2'))
    await faults.heard(disk, { kind: 'faultCleared' })
    expect([kept.all, faults.of('a1b2'), lines]).toEqual([[], undefined, []])
  })

  it('is known before it is written, and so is that it was cleared', async () => {
    const { kept, faults } = start()
    const noted = faults.heard(disk, { kind: 'flushFailed', cause })
    expect([faults.of('a1b2')?.cause, kept.all]).toEqual([cause, []])
    const cleared = faults.heard(disk, { kind: 'faultCleared' })
    expect(faults.of('a1b2')).toBeUndefined()
    await Promise.all([noted, cleared])
    expect([kept.all, faults.of('a1b2')]).toEqual([[], undefined])
  })

  it('is not made by what else a disk says', async () => {
    const { kept, faults } = start()
    await faults.heard(disk, { kind: 'fileChanged' })
    expect(kept.all).toEqual([])
  })

  it('is kept of a disk that could not be flushed when it was closed; the first one stays', async () => {
    const { kept, faults } = start()
    await faults.heard(disk, { kind: 'flushFailed', cause })
    await faults.closed([
      { ...disk, fault: 'flushFailed' },
      { disk: 'fileio/e', serial: 'e1', fault: 'noSpace' },
    ])
    expect(kept.all).toMatchObject([
      { serial: 'A1-B2', cause },
      { serial: 'e1', fault: 'noSpace' },
    ])
  })

  it('holds in this process, and is said not to be kept, where the state cannot be written', async () => {
    let full = true
    const { kept, faults, lines } = start(() => full)
    await faults.heard(disk, { kind: 'flushFailed', cause })
    expect([kept.all, faults.of('a1b2')?.cause]).toEqual([[], cause])
    full = false
    await faults.closed([{ ...disk, fault: 'flushFailed' }])
    expect(kept.all).toMatchObject([{ serial: 'A1-B2' }])
    full = true
    await faults.heard(disk, { kind: 'faultCleared' })
    expect([kept.all.length, faults.of('a1b2')]).toEqual([1, undefined])
    const why = 'fileio/d: /state/state.json cannot be written: no space is left. When lunkitd starts again, the disk'
    expect(lines).toEqual([`${why} is served as if no flush had failed`, `${why} refuses writes and flushes as before`])
  })
})
