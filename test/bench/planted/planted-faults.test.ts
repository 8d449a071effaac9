import type { Store } from '@lunkit/backstores'
import { createTarget, fileio, type Storage } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Scratch } from '../../harness/scratch.ts'
import { type BenchStore, stampFile, storeArguments } from '../contenders/bench-store.ts'
import { iscsiReach } from '../contenders/contender.ts'
import { type Findings, faultOf, type LoadReport, loadArguments, runLoad } from '../load-run.ts'
import { compilePrograms, type Programs } from '../programs.ts'
import { Lie, LyingLayer } from './lying-layer.ts'

const operationBytes = 4096
/** So few places that each is written and read many times. */
const sizeBytes = 256 * operationBytes
/** So many that each place is both written and read a dozen times, however slow the machine is. */
const operations = 8000
/** The lie is about the operation at this LBA; a block is 512 bytes. */
const lba = 17 * 8
const at = { offset: lba * 512, lengthBytes: operationBytes }

describe('a target whose store lies, under a checked load of random reads and writes', () => {
  let scratch: Scratch
  let programs: Programs

  beforeAll(async () => {
    scratch = await Scratch.create('planted')
    programs = await compilePrograms(scratch)
  })

  afterAll(() => scratch?.remove())

  /** Loads a target with this layer before its store; also checks afterwards, through the wire and in the file. */
  const load = async (name: string, layer: (behind: Store) => Store, sessions = 1): Promise<LoadReport> => {
    const store = { sizeBytes, path: scratch.path(`${name}.img`), ledger: scratch.path(`${name}.ledger`) }
    await stampFile(programs, store)
    await using target = await createTarget({ luns: [before(fileio({ path: store.path }), layer)] })
    const shape = { bytes: operationBytes, depth: 16, sessions, readPercent: 50, order: 'random' } as const
    const args = loadArguments(shape, { warmSeconds: 0, seconds: 60, operations })
    const all = [...reach(target.address), ...storeArguments(store), ...args, '--sweep']
    return await runLoad(programs.load, all, 60)
  }

  const lying = async (lie: Lie) => {
    let layer: LyingLayer | undefined
    const report = await load(lie, behind => {
      layer = new LyingLayer(behind, lie, at)
      return layer
    })
    expect(layer?.lies, 'the store must have lied').toBeGreaterThan(0)
    expect(report.errors, 'the store must have kept the lie to itself').toBe(0)
    return report
  }

  it('finds nothing where nothing is wrong, with one session and with four', async () => {
    for (const sessions of [1, 4]) {
      const report = await load(`honest${sessions}`, behind => behind, sessions)
      expect(faultOf(report)).toBeUndefined()
      expect(report.reads).toBeGreaterThan(operations / 4)
      expect(report.writes).toBeGreaterThan(operations / 4)
      expect(report.during.blocks).toBeGreaterThan((operations / 4) * 8)
      expect([report.wire.blocks, report.file.blocks]).toEqual([2048, 2048])
    }
  })

  it('finds a write that was dropped: stale while it runs, through the wire and in the file', async () => {
    const report = await lying(Lie.dropped)
    for (const found of [report.during, report.wire, report.file]) expectOnly('stale', found, [lba, lba + 8])
    expect([report.wire.stale, report.file.stale]).toEqual([8, 8])
  })

  it('finds a stale read while it runs; the medium is right', async () => {
    const report = await lying(Lie.stale)
    expectOnly('stale', report.during, [lba, lba + 8])
    expect(report.wire).toMatchObject({ stale: 0, torn: 0, misplaced: 0, corrupt: 0 })
    expect(report.file).toMatchObject({ stale: 0, torn: 0, misplaced: 0, corrupt: 0 })
  })

  it('finds a write of which a half is missing, and calls it torn', async () => {
    const report = await lying(Lie.torn)
    for (const found of [report.during, report.wire, report.file]) expectOnly('torn', found, [lba + 4, lba + 8])
    expect([report.wire.torn, report.file.torn]).toEqual([4, 4])
  })

  it('finds a write that ended within a block, and calls it torn', async () => {
    const report = await lying(Lie.tornBlock)
    expect([report.wire.torn, report.file.torn]).toEqual([1, 1])
    for (const found of [report.during, report.wire, report.file]) expectOnly('torn', found, [lba + 7, lba + 8])
  })

  it('finds a write that went to another place: stale where it was meant for, misplaced where it went', async () => {
    const { file } = await lying(Lie.misplaced)
    expect(file.stale).toBe(8)
    expect(file.misplaced, 'unless the other place was written rightly since').toBeOneOf([0, 8])
  })

  it('finds a single bit that is wrong in the last byte of a read', async () => {
    const report = await lying(Lie.flipped)
    expect(report.during.torn + report.during.corrupt).toBeGreaterThan(0)
    expect(report.during.first).toSatisfy((all: Findings['first']) => all.every(each => each.lba === lba + 7))
    expect(faultOf(report)).toContain('wrong blocks during the load')
  })

  it('counts a block of which nothing is known as not verified', async () => {
    const store: BenchStore = { sizeBytes, ledger: scratch.path('unknown.ledger') }
    await using target = await createTarget({ luns: [fileio({ path: scratch.path('unknown.img'), sizeBytes })] })
    const report = await runLoad(programs.load, [
      ...reach(target.address),
      ...storeArguments(store),
      '--operations',
      '10',
    ])
    expect(report.during.unknown).toBeGreaterThan(0)
    expect(faultOf(report)).toContain('unknown')
  })
})

function before(storage: Storage, layer: (behind: Store) => Store): Storage {
  return { ...storage, open: async resources => layer(await storage.open(resources)) }
}

function reach({ host, port, target }: { host: string; port: number; target: string }): string[] {
  return iscsiReach({ host, port, iqn: target, lun: 0 })
}

/** Mismatches of this kind and of no other, and those that are shown lie in [from, to). */
function expectOnly(kind: 'stale' | 'torn', found: Findings, [from, to]: readonly [number, number]): void {
  const { stale, torn, misplaced, corrupt } = found
  expect({ stale, torn, misplaced, corrupt }).toEqual({
    stale: 0,
    torn: 0,
    misplaced: 0,
    corrupt: 0,
    [kind]: found[kind],
  })
  expect(found[kind]).toBeGreaterThan(0)
  for (const { lba: shown } of found.first) {
    expect(shown).toBeGreaterThanOrEqual(from)
    expect(shown).toBeLessThan(to)
  }
}
