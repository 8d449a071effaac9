import { type ConnectOptions, connect, openBlockDevice } from 'lunkit'

const LUN = 1
const BLOCK_BYTES = 4096
const BLOCKS = 4096

/** What was acknowledged last of each block that was written: its number by its place. */
export type Acknowledged = ReadonlyMap<number, number>

/** Writes one block after the other, each with a number of its own, until the connection is lost. Nothing is flushed. */
export async function writeUntilLost(address: ConnectOptions): Promise<Acknowledged> {
  const session = await connect(address)
  const disk = await openBlockDevice(session.lun(LUN))
  const acknowledged = new Map<number, number>()
  for (let count = 1; ; count++) {
    const at = count % BLOCKS
    try {
      await disk.write(at * BLOCK_BYTES, blockOf(count))
    } catch {
      // The one that was under way may be written, or not.
      acknowledged.delete(at)
      session.destroy()
      return acknowledged
    }
    acknowledged.set(at, count)
  }
}

/** The places at which there is something else than was acknowledged. */
export async function otherThan(acknowledged: Acknowledged, address: ConnectOptions): Promise<number[]> {
  await using session = await connect(address)
  const disk = await openBlockDevice(session.lun(LUN))
  const others: number[] = []
  for (const [at, count] of acknowledged)
    if (!blockOf(count).equals(await disk.read(at * BLOCK_BYTES, BLOCK_BYTES))) others.push(at)
  return others
}

const blockOf = (count: number): Buffer => Buffer.alloc(BLOCK_BYTES, `block ${count}\n`)
