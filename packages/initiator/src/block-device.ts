import { BlockLimitsPage, VpdPageCode } from '@lunkit/scsi'
import { byteArray, checkArgument, checkOptions, dataView, flag, object, wholeNumber } from '@lunkit/wire'
import { TRANSFER_BYTES, TRANSFERS_AT_ONCE } from './limits.ts'
import { LogicalUnit } from './logical-unit.ts'

const BYTES = wholeNumber()
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

  /** @throws {RangeError} beyond the end, or for parts of blocks. {ScsiError} when the unit fails. */
  async read(offset: number, lengthBytes: number): Promise<Uint8Array> {
    this.#blocks(offset, lengthBytes)
    const data = Buffer.allocUnsafe(lengthBytes)
    await this.#eachTransfer(offset, lengthBytes, async ({ lba, blocks, at }) => {
      data.set(await this.unit.read(lba, blocks), at)
    })
    return data
  }

  /** @throws {RangeError} beyond the end, or for parts of blocks. {ScsiError} when the unit fails. */
  async write(offset: number, data: Uint8Array, options: { readonly fua?: boolean } = {}): Promise<void> {
    checkArgument('data', data, byteArray())
    checkOptions('write', options, { fua: flag })
    const { fua = false } = options
    await this.#eachTransfer(offset, data.length, ({ lba, blocks, at }) =>
      this.unit.write(lba, data.subarray(at, at + blocks * this.blockSizeBytes), { fua }),
    )
  }

  /** Makes durable what was written. */
  async flush(): Promise<void> {
    await this.unit.synchronizeCache()
  }

  /** Gives the blocks back; what they read as afterwards is up to the unit. */
  async discard(offset: number, lengthBytes: number): Promise<void> {
    const { lba, blocks } = this.#blocks(offset, lengthBytes)
    if (blocks > 0) await this.unit.unmap([{ lba, blocks }])
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

  /** Runs an operation as commands of bearable length, some of them at a time. */
  async #eachTransfer(offset: number, lengthBytes: number, run: (transfer: Transfer) => Promise<void>): Promise<void> {
    const { lba: first, blocks: all } = this.#blocks(offset, lengthBytes)
    let done = 0
    const worker = async () => {
      while (done < all) {
        const from = done
        const blocks = Math.min(this.#transferBlocks, all - from)
        done += blocks
        await run({ lba: first + from, blocks, at: from * this.blockSizeBytes })
      }
    }
    await Promise.all(Array.from({ length: TRANSFERS_AT_ONCE }, worker))
  }
}

/**
 * Makes a unit ready and asks what it is like.
 * @throws {ScsiError} when it is not ready.
 */
export async function openBlockDevice(unit: LogicalUnit): Promise<BlockDevice> {
  checkArgument('unit', unit, LOGICAL_UNIT)
  await unit.ready()
  const { blocks, blockSizeBytes } = await unit.readCapacity()
  const wanted = Math.max(1, Math.floor(TRANSFER_BYTES / blockSizeBytes))
  const most = await maxTransferBlocks(unit)
  return new BlockDevice(unit, { blocks, blockSizeBytes, transferBlocks: most > 0 ? Math.min(wanted, most) : wanted })
}

/** The Block Limits page's maximum, 0 when there is none. */
async function maxTransferBlocks(unit: LogicalUnit): Promise<number> {
  const { body: supported } = await unit.vitalProductData(VpdPageCode.supportedPages)
  if (!supported.includes(VpdPageCode.blockLimits)) return 0
  const { body } = await unit.vitalProductData(VpdPageCode.blockLimits)
  const page = new Uint8Array(BlockLimitsPage.size)
  page.set(body.subarray(0, page.length))
  return BlockLimitsPage.view(dataView(page)).maxTransferBlocks
}
