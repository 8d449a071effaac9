import { open } from 'node:fs/promises'
import type { CheckedUnit } from './checked-unit.ts'

const CHUNK_BYTES = 262_144

/** Reads a unit's part straight from its file, which nobody has open any more, and compares. */
export async function checkFile(unit: CheckedUnit, path: string): Promise<void> {
  const { plan, range, ledger } = unit
  const step = CHUNK_BYTES / plan.blockSizeBytes
  const ticket = ledger.beginRead()
  await using file = await open(path, 'r')
  for (let lba = range.lba; lba < range.lba + range.blocks; lba += step) {
    const lengthBytes = Math.min(step, range.lba + range.blocks - lba) * plan.blockSizeBytes
    const data = Buffer.alloc(lengthBytes)
    await file.read(data, 0, lengthBytes, lba * plan.blockSizeBytes)
    unit.check({ lba, data, ticket, ledger }, `in ${path}`)
  }
  ledger.endRead(ticket)
}
