import { DataIn, dataBytes, isPacket, type Packet, R2T, ScsiResponse } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { pattern } from './pattern.ts'
import { answerR2t, read10, write10 } from './raw-disk.ts'
import type { RawSession } from './raw-session.ts'

const COMMANDS = 12
const LENGTH_BYTES = 12 * 1024

interface InFlight {
  readonly data: Buffer
  readonly read: Buffer[]
}

/**
 * Writes a dozen ranges at once, then reads them at once, from this block on; each command must end with GOOD, and each
 * range must read as it was written. Where two commands share what is one's alone, some of them go wrong.
 * @returns how many commands have ended with GOOD.
 * @throws {Error} for the first that does not.
 */
export async function manyInFlight(session: RawSession, firstLba: number): Promise<number> {
  const ranges = Array.from({ length: COMMANDS }, (_, at) => ({
    lba: firstLba + (at * LENGTH_BYTES) / 512,
    data: pattern(LENGTH_BYTES, { seed: 100 + at }),
  }))
  const writes = new Map<number, InFlight>()
  for (const { lba, data } of ranges)
    writes.set(session.command({ cdb: write10(lba, LENGTH_BYTES), write: LENGTH_BYTES }), { data, read: [] })
  await allGood(session, writes)
  const reads = new Map<number, InFlight>()
  for (const { lba, data } of ranges)
    reads.set(session.command({ cdb: read10(lba, LENGTH_BYTES), read: LENGTH_BYTES }), { data, read: [] })
  const asked = [...reads]
  await allGood(session, reads)
  for (const [tag, { data, read }] of asked)
    if (!Buffer.concat(read).equals(data)) throw new Error(`task ${tag} read something else than was written`)
  return 2 * COMMANDS
}

async function allGood(session: RawSession, inFlight: Map<number, InFlight>): Promise<void> {
  while (inFlight.size > 0) take(session, await session.receive(), inFlight)
}

function take(session: RawSession, packet: Packet, inFlight: Map<number, InFlight>): void {
  const { initiatorTaskTag } = packet.values as { initiatorTaskTag: number }
  const command = inFlight.get(initiatorTaskTag)
  if (!command) throw new Error(`${packet.pdu.name} for task ${initiatorTaskTag}, which is not in flight`)
  if (isPacket(packet, R2T)) return answerR2t(session, packet.values, command.data)
  if (isPacket(packet, DataIn)) {
    command.read.push(Buffer.from(dataBytes(packet.data)))
    if (!packet.values.hasStatus) return
  } else if (!isPacket(packet, ScsiResponse) || packet.values.status !== Status.good)
    throw new Error(`${packet.pdu.name} came for task ${initiatorTaskTag}, GOOD was expected`)
  inFlight.delete(initiatorTaskTag)
}
