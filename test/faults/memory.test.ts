import { createRamdisk, RamMemory } from '@lunkit/backstores'
import { ramdisk, type Storage } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { TestServer } from '../e2e/harness/test-server.ts'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Ledger } from './ledger.ts'
import { VerifiedLoad } from './verified-load.ts'

const MIB = 2 ** 20
const lbasPerMib = MIB / 512
const attributes = { emulateTpu: true }
const mebibyte = Buffer.alloc(MIB, 1)

/** A disk in memory under a cap that it shares with others. */
function capped(memory: RamMemory): Storage {
  return {
    ...ramdisk({ sizeBytes: 64 * MIB, attributes }),
    open: async ({ name }) => createRamdisk({ name, sizeBytes: 64 * MIB, memory }),
  }
}

describe('memory that is short', () => {
  it('for ramdisks: a write beyond the cap of the process is refused, and taken when another disk gives some back', async () => {
    const memory = new RamMemory(8 * MIB)
    const told: unknown[] = []
    const diskListener = (disk: string, event: object) => told.push({ disk, ...event })
    await using test = await TestServer.serve({ luns: [capped(memory), capped(memory)], diskListener })
    const session = await test.connect()
    const [first, second] = [session.lun(0), session.lun(1)]
    await Promise.all([first.ready(), second.ready()])
    for (let i = 0; i < 6; i++) await first.write(i * lbasPerMib, mebibyte)
    for (let i = 0; i < 2; i++) await second.write(i * lbasPerMib, mebibyte)
    expect(await outcomeOf(second.write(2 * lbasPerMib, mebibyte))).toBe('spaceAllocationFailedWriteProtect')
    expect(told).toContainEqual(
      expect.objectContaining({ kind: 'operationFailed', fault: 'noSpace', disk: 'ramdisk/disk1' }),
    )
    expect(Buffer.compare(await second.read(0, lbasPerMib), mebibyte)).toBe(0)
    expect(await outcomeOf(second.write(0, mebibyte))).toBe('good')
    await first.unmap([{ lba: 0, blocks: lbasPerMib }])
    expect(await outcomeOf(second.write(2 * lbasPerMib, mebibyte))).toBe('good')
    expect(memory.usedBytes).toBe(8 * MIB)
  })

  it('for data on its way: commands wait for it, and none fails or is lost', async () => {
    await using test = await TestServer.serve({
      luns: [ramdisk({ sizeBytes: 64 * MIB, attributes })],
      transferMemoryBytes: 4 * MIB,
    })
    const sessions = await Promise.all([0, 1, 2, 3].map(() => test.connect()))
    const units = sessions.map(session => session.lun(0))
    for (const unit of units) await unit.ready()
    const large = Promise.all(
      units.flatMap((unit, i) => [0, 1, 2, 3].map(k => outcomeOf(unit.write((8 + 4 * i + k) * lbasPerMib, mebibyte)))),
    )
    const load = new VerifiedLoad({ units, ledger: new Ledger(256), depth: 32 })
    await load.goesOn(2000)
    await load.stop()
    expect([...load.failures]).toEqual([])
    expect(new Set(await large)).toEqual(new Set(['good']))
    await load.ledger.checkUnit(units[0] as (typeof units)[number])
    for (let i = 8; i < 24; i++) {
      const found = await (units[0] as (typeof units)[number]).read(i * lbasPerMib, lbasPerMib)
      expect(Buffer.compare(found, mebibyte)).toBe(0)
    }
  })
})
