import type { LogicalUnit, Session } from '@lunkit/initiator'
import { ParameterDataError } from '@lunkit/initiator'
import type { Capacity } from '@lunkit/scsi'
import { Read16, Write16, WriteSame16 } from '@lunkit/scsi'
import { Refusal } from '../../refusal.ts'
import { exactBytesText } from '../quantity.ts'
import type { UnitFacts } from '../unit-facts.ts'
import { unitFacts } from '../unit-facts.ts'
import { deviceTypeText } from '../unit-words.ts'
import type { Sink, Source } from './ends.ts'

/** How much is moved by one command where the disk has nothing against it. */
const PIECE_BYTES = 1024 * 1024

/** How many blocks of zeroes one WRITE SAME makes, SBC-4 6.6.4; 0: nothing says that it can. */
function zeroesAtOnce({ limits, provisioning }: UnitFacts): number {
  const most = limits?.maxWriteSameBlocks ?? 0
  return most === 0 && provisioning?.writeSame16 === true ? Number.POSITIVE_INFINITY : most
}

/** What a disk says of itself. */
type DiskFacts = UnitFacts & { readonly capacity: Capacity }

/** A disk of a target, from an offset on. */
export class DiskEnd implements Source, Sink {
  readonly name: string
  readonly sizeBytes: number
  readonly grainBytes: number
  readonly zeroGrainBytes: number | undefined
  readonly isSequential = false
  /** The most that one command moves. */
  readonly pieceBytes: number
  readonly #session: Session
  readonly #unit: LogicalUnit
  readonly #from: number
  readonly #zeroBlock: Buffer
  /** Blocks that the disk has given back read as zeroes. */
  readonly #unmaps: boolean

  private constructor(session: Session, facts: DiskFacts, place: { readonly name: string; readonly offset: number }) {
    const { blocks, blockSizeBytes } = facts.capacity
    this.#session = session
    this.#unit = session.lun(facts.lun)
    this.name = place.name
    this.grainBytes = blockSizeBytes
    this.#from = place.offset / blockSizeBytes
    this.sizeBytes = blocks * blockSizeBytes - place.offset
    const most = facts.limits?.maxTransferBlocks || Number.POSITIVE_INFINITY
    this.pieceBytes = Math.max(1, Math.min(Math.floor(PIECE_BYTES / blockSizeBytes), most)) * blockSizeBytes
    this.zeroGrainBytes = zeroesAtOnce(facts) * blockSizeBytes >= this.pieceBytes ? this.pieceBytes : undefined
    this.#zeroBlock = Buffer.alloc(blockSizeBytes)
    this.#unmaps = (facts.provisioning?.readZeroes ?? 0) > 0
  }

  /** Makes a LUN ready, and asks what it is like. @throws {Refusal} where it is no disk, or the offset is not in it. */
  static async open(
    session: Session,
    place: { readonly name: string; readonly lun: number; readonly offset: number },
    signal: AbortSignal,
  ): Promise<DiskEnd> {
    const facts = await unitFacts(session.lun(place.lun), { signal })
    const { capacity } = facts
    if (capacity === undefined)
      throw new Refusal(`${place.name} is no disk, but ${deviceTypeText(facts)}`, {
        explanation: 'Right is a LUN that lunkit inquiry lists as a disk.',
      })
    const { blocks, blockSizeBytes } = capacity
    checkWhole('offset', place.offset, blockSizeBytes)
    if (place.offset > blocks * blockSizeBytes)
      throw new Refusal(
        `offset=${place.offset} is beyond ${place.name}, which has ${exactBytesText(blocks * blockSizeBytes)}`,
      )
    return new DiskEnd(session, { ...facts, capacity }, place)
  }

  async read(memory: Uint8Array, offset: number, signal: AbortSignal): Promise<number> {
    const [lba, blocks] = this.#extent(offset, memory.length)
    const cdb = Read16.encode({ lba, blocks })
    const { data } = await this.#unit.command({ name: Read16.name, cdb, read: memory }, { signal })
    if (data.length === memory.length) return data.length
    throw new ParameterDataError(`${Read16.name}: GOOD with ${data.length} of ${memory.length} bytes`)
  }

  async write(data: Uint8Array, offset: number, signal: AbortSignal): Promise<void> {
    if (offset + data.length > this.sizeBytes)
      throw new Refusal(`There is more to write than ${this.name} has room for: ${exactBytesText(this.sizeBytes)}`, {
        explanation: 'What is before its end was written.',
      })
    const [lba, blocks] = this.#extent(offset, data.length)
    await this.#unit.command({ name: Write16.name, cdb: Write16.encode({ lba, blocks }), write: data }, { signal })
  }

  async zero(offset: number, lengthBytes: number, signal: AbortSignal): Promise<void> {
    const [lba, blocks] = this.#extent(offset, lengthBytes)
    const cdb = WriteSame16.encode({ lba, blocks, unmap: this.#unmaps })
    await this.#unit.command({ name: WriteSame16.name, cdb, write: this.#zeroBlock }, { signal })
  }

  get readBack(): Source['read'] {
    return (memory, offset, signal) => this.read(memory, offset, signal)
  }

  async flush(signal: AbortSignal): Promise<void> {
    await this.#unit.synchronizeCache(0, 0, { signal })
  }

  async close(): Promise<void> {
    await this.#session.close()
  }

  #extent(offset: number, lengthBytes: number): readonly [lba: number, blocks: number] {
    return [this.#from + offset / this.grainBytes, lengthBytes / this.grainBytes]
  }
}

/** @throws {Refusal} for what is no whole number of blocks. */
export function checkWhole(name: string, bytes: number, blockSizeBytes: number): void {
  if (bytes % blockSizeBytes === 0) return
  throw new Refusal(`${name}=${bytes} is no whole number of blocks of ${blockSizeBytes} bytes`, {
    explanation: `Right is ${Math.floor(bytes / blockSizeBytes) * blockSizeBytes}, or ${Math.ceil(bytes / blockSizeBytes) * blockSizeBytes}.`,
  })
}
