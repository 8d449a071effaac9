import { stat } from 'node:fs/promises'
import { StoreOpenError, StoreOpenReason } from '../store-open-error.ts'
import { DeviceFolder } from './device-folder.ts'
import { holdersOf } from './device-holders.ts'
import { deviceNumber } from './device-number.ts'

/** That somebody has the device of a node, and who, as far as the kernel tells; `path` is what the store was asked for. */
export async function heldError(path: string, node: string, cause: unknown): Promise<StoreOpenError> {
  const text = `${await heldBy(node)}; end that first, give another device, or open it without \`exclusive\``
  return new StoreOpenError(path, StoreOpenReason.locked, { text, cause })
}

async function heldBy(node: string): Promise<string> {
  const unknown = 'another store, or another program, has it open for itself alone'
  try {
    const stats = await stat(node, { bigint: true })
    if (!stats.isBlockDevice()) return unknown
    const number = deviceNumber(stats.rdev)
    return holdersOf(new DeviceFolder(number), number).join(', ') || unknown
  } catch {
    return unknown
  }
}
