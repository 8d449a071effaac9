import { BlockLimitsPage, ParameterDataError, VpdPageCode } from '@lunkit/scsi'
import { byteArray, checkArgument, checkOptions, dataView, flag, object, wholeNumber } from '@lunkit/wire'
import { TRANSFER_BYTES, TRANSFERS_AT_ONCE } from './limits.ts'
import { blockBytesOf, LogicalUnit } from './logical-unit.ts'
import { PATIENCE, type Patience } from './patience.ts'

const BYTES = wholeNumber()
const WRITE_OPTIONS = { fua: flag, ...PATIENCE }
const LOGICAL_UNIT = object('a logical unit, as session.lun() returns it', unit => unit instanceof LogicalUnit)

interface Geometry {
  readonly blocks: number
  readonly blockSizeBytes: number
  readonly transferBlocks: number
}

/** A piece of an operation: one command. */
interface Transfer {
  readonly lba: number
  readonly blocks: number
  /** Where the piece starts in the operation's data, in bytes. */
  readonly at: number
}

/** A logical unit as a disk of bytes. Offsets and lengths are in bytes and must be whole blocks. */
export class BlockDevice {
  readonly unit: LogicalUnit
  readonly sizeBytes: number
  readonly blockSizeBytes: number
  readonly #transferBlocks: number

  /** @internal made by `openBlockDevice` */
  constructor(unit: LogicalUnit, { blocks, blockSizeBytes, transferBlocks }: Geometry) {
    this.unit = unit
    this.sizeBytes = blocks * blockSizeBytes
    this.blockSizeBytes = blockSizeBytes
    this.#transferBlocks = transferBlocks
  }

  /**
   * @throws {RangeError} beyond the end, or for parts of blocks. {ScsiError} when the unit fails. {ParameterDataError} when
   * it says GOOD, and sends less.
   */
  async read(offset: number, lengthBytes: number, options: Patience = {}): Promise<Uint8Array> {
    checkOptions('read', options, PATIENCE)
    this.#blocks(offset, lengthBytes)
    const data = Buffer.allocUnsafe(lengthBytes)
    await this.#eachTransfer({ offset, lengthBytes, options }, async ({ lba, blocks, at }, signal) => {
      const piece = await this.unit.read(lba, blocks, { signal })
      const wanted = blocks * this.blockSizeBytes
      if (piece.length < wanted)
        throw new ParameterDataError(`READ of ${blocks} blocks: GOOD with ${piece.length} of ${wanted} bytes`)
      data.set(piece, at)
    })
    return data
  }

  /** @throws {RangeError} beyond the end, or for parts of blocks. {ScsiError} when the unit fails. */
  async write(offset: number, data: Uint8Array, options: Patience & { readonly fua?: boolean } = {}): Promise<void> {
    checkArgument('data', data, byteArray())
    checkOptions('write', options, WRITE_OPTIONS)
    const { fua = false } = options
    await this.#eachTransfer({ offset, lengthBytes: data.length, options }, ({ lba, blocks, at }, signal) =>
      this.unit.write(lba, data.subarray(at, at + blocks * this.blockSizeBytes), { fua, signal }),
    )
  }

  /** Makes durable what was written. */
  async flush(options: Patience = {}): Promise<void> {
    checkOptions('flush', options, PATIENCE)
    await this.unit.synchronizeCache(0, 0, options)
  }

  /** Gives the blocks back; what they read as afterwards is up to the unit. */
  async discard(offset: number, lengthBytes: number, options: Patience = {}): Promise<void> {
    checkOptions('discard', options, PATIENCE)
    const { lba, blocks } = this.#blocks(offset, lengthBytes)
    if (blocks > 0) await this.unit.unmap([{ lba, blocks }], options)
  }

  #blocks(offset: number, lengthBytes: number): { lba: number; blocks: number } {
    checkArgument('offset', offset, BYTES)
    checkArgument('lengthBytes', lengthBytes, BYTES)
    const size = this.blockSizeBytes
    if (offset % size !== 0 || lengthBytes % size !== 0)
      throw new RangeError(`${lengthBytes} bytes at ${offset} are no whole blocks of ${size} bytes`)
    if (offset + lengthBytes > this.sizeBytes)
      throw new RangeError(`${lengthBytes} bytes at ${offset} reach beyond a device of ${this.sizeBytes} bytes`)
    return { lba: offset / size, blocks: lengthBytes / size }
  }

  /**
   * Runs an operation as commands of bearable length, some of them at a time. When one fails no more are begun; when the
   * operation has failed none is on its way.
   */
  async #eachTransfer(
    { offset, lengthBytes, options }: { offset: number; lengthBytes: number; options: Patience },
    run: (transfer: Transfer, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const { lba: first, blocks: all } = this.#blocks(offset, lengthBytes)
    options.signal?.throwIfAborted()
    const { signal, release } = this.unit.session.signalOf(options, 'the operation')
    let done = 0
    const worker = async () => {
      while (done < all) {
        const from = done
        const blocks = Math.min(this.#transferBlocks, all - from)
        done += blocks
        try {
          await run({ lba: first + from, blocks, at: from * this.blockSizeBytes }, signal)
        } catch (error) {
          done = all
          throw error
        }
      }
    }
    const ends = await Promise.allSettled(Array.from({ length: TRANSFERS_AT_ONCE }, worker))
    release()
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }
}

/**
 * Makes a unit ready and asks what it is like.
 * @throws {ScsiError} when it is not ready. {ParameterDataError} when it says of itself what cannot be.
 */
export async function openBlockDevice(unit: LogicalUnit, options: Patience = {}): Promise<BlockDevice> {
  checkArgument('unit', unit, LOGICAL_UNIT)
  checkOptions('openBlockDevice', options, PATIENCE)
  await unit.ready(options)
  const capacity = await unit.readCapacity(options)
  const { blocks } = capacity
  const blockSizeBytes = blockBytesOf(capacity)
  const wanted = Math.max(1, Math.floor(TRANSFER_BYTES / blockSizeBytes))
  const most = await maxTransferBlocks(unit, options)
  return new BlockDevice(unit, { blocks, blockSizeBytes, transferBlocks: most > 0 ? Math.min(wanted, most) : wanted })
}

/** The Block Limits page's maximum, 0 when there is none. */
async function maxTransferBlocks(unit: LogicalUnit, options: Patience): Promise<number> {
  const { body: supported } = await unit.vitalProductData(VpdPageCode.supportedPages, options)
  if (!supported.includes(VpdPageCode.blockLimits)) return 0
  const { body } = await unit.vitalProductData(VpdPageCode.blockLimits, options)
  const page = new Uint8Array(BlockLimitsPage.size)
  page.set(body.subarray(0, page.length))
  return BlockLimitsPage.view(dataView(page)).maxTransferBlocks
}
