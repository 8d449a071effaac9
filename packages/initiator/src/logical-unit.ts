import {
  ByteCheck,
  type Capacity,
  CompareAndWrite,
  decodeCapacity10,
  decodeCapacity16,
  decodeLbaStatus,
  encodeUnmapList,
  GetLbaStatus16,
  type LbaStatus,
  lbaStatusLength,
  ParameterDataError,
  Read6,
  Read10,
  Read12,
  Read16,
  ReadCapacity10,
  ReadCapacity10Data,
  ReadCapacity16,
  ReadCapacity16Data,
  StartStopUnit,
  SynchronizeCache10,
  SynchronizeCache16,
  Unmap,
  type UnmapRange,
  Verify10,
  Verify12,
  Verify16,
  Write6,
  Write10,
  Write12,
  Write16,
  WriteAndVerify10,
  WriteAndVerify12,
  WriteAndVerify16,
  WriteSame10,
  WriteSame16,
} from '@lunkit/scsi'
import { byteArray, checkArgument, checkOptions, flag, oneOf } from '@lunkit/wire'
import { BLOCK_ADDRESS, BLOCK_COUNT, WRITE_DATA } from './command-domain.ts'
import { PATIENCE, type Patience } from './patience.ts'
import { PrimaryUnit } from './primary-unit.ts'
import type { UnitSession } from './unit-session.ts'

/** How a block command is sent. */
export interface BlockOptions<Form extends number = 10 | 12 | 16> extends Patience {
  /** The length of its CDB. */
  readonly form?: Form
  /** Force unit access: the medium, not a cache. */
  readonly fua?: boolean
  /** Disable page out: not worth keeping in a cache. */
  readonly dpo?: boolean
}

/** How WRITE SAME is sent. */
export interface WriteSameOptions extends Patience {
  readonly form?: 10 | 16
  /** The blocks may be unmapped, if they then read as what was to be written. */
  readonly unmap?: boolean
  /** NDOB, form 16 only: zeroes, without a block being sent. */
  readonly noDataOut?: boolean
}

/** How SYNCHRONIZE CACHE is sent. */
export interface SynchronizeOptions extends Patience {
  readonly form?: 10 | 16
  /** Answered at once, and done afterwards. */
  readonly immediate?: boolean
}

const reads = { 6: Read6, 10: Read10, 12: Read12, 16: Read16 } as const
const writes = { 6: Write6, 10: Write10, 12: Write12, 16: Write16 } as const
const verifies = { 10: Verify10, 12: Verify12, 16: Verify16 } as const
const writesAndVerifies = { 10: WriteAndVerify10, 12: WriteAndVerify12, 16: WriteAndVerify16 } as const
const writeSames = { 10: WriteSame10, 16: WriteSame16 } as const
const synchronizations = { 10: SynchronizeCache10, 16: SynchronizeCache16 } as const

const BLOCK_OPTIONS = { form: oneOf([10, 12, 16]), fua: flag, dpo: flag, ...PATIENCE }
const SHORT_BLOCK_OPTIONS = { ...BLOCK_OPTIONS, form: oneOf([6, 10, 12, 16]) }
const VERIFY_OPTIONS = { ...BLOCK_OPTIONS, compare: flag }
const WRITE_SAME_OPTIONS = { form: oneOf([10, 16]), unmap: flag, noDataOut: flag, ...PATIENCE }
const SYNCHRONIZE_OPTIONS = { form: oneOf([10, 16]), immediate: flag, ...PATIENCE }
const IMMEDIATE_OPTION = { immediate: flag, ...PATIENCE }
const DATA = byteArray()

function checkExtent(lba: number, blocks: number): void {
  checkArgument('lba', lba, BLOCK_ADDRESS)
  checkArgument('blocks', blocks, BLOCK_COUNT)
}

/** READ (6) and WRITE (6) have no flags. */
function checkShortOptions(name: string, options: BlockOptions<6 | 10 | 12 | 16>): void {
  checkOptions(name, options, SHORT_BLOCK_OPTIONS)
  if (options.form === 6 && (options.fua || options.dpo))
    throw new RangeError(`${name}: form is 6, which has no fua and no dpo; right is one of 10, 12, 16`)
}

/**
 * The length of a block that a unit tells.
 * @throws {ParameterDataError} where it is 0: no offset and no data could be right for it.
 */
export function blockBytesOf({ blockSizeBytes }: Capacity): number {
  if (blockSizeBytes === 0) throw new ParameterDataError(`${ReadCapacity16Data.name} says that a block has 0 bytes`)
  return blockSizeBytes
}

/** How many runs GET LBA STATUS asks for at once. */
const LBA_STATUS_RUNS = 256

/**
 * A direct access block device, SBC-4. Addresses and lengths are in blocks. Every command throws a ScsiError for any
 * status but GOOD, and a TypeError or RangeError for arguments that cannot be, before anything is sent.
 */
export class LogicalUnit extends PrimaryUnit {
  #blockSizeBytes: number | undefined

  /** @internal made by `Session.lun` */
  constructor(session: UnitSession, number: number, blockSizeBytes?: number) {
    super(session, number)
    this.#blockSizeBytes = blockSizeBytes
  }

  /** Length of a block in bytes; asked of the unit once, and again after a unit attention. */
  async blockSizeBytes(options: Patience = {}): Promise<number> {
    checkOptions('blockSizeBytes', options, PATIENCE)
    return this.#blockSize(options)
  }

  async #blockSize({ signal, timeoutMs }: Patience): Promise<number> {
    this.#blockSizeBytes ??= blockBytesOf(await this.readCapacity({ signal, timeoutMs }))
    return this.#blockSizeBytes
  }

  protected override attended(): void {
    this.#blockSizeBytes = undefined
  }

  /** READ CAPACITY (16). */
  async readCapacity(options: Patience = {}): Promise<Capacity> {
    checkOptions('readCapacity', options, PATIENCE)
    const read = ReadCapacity16Data.size
    const cdb = ReadCapacity16.encode({ allocationLength: read })
    return decodeCapacity16((await this.command({ name: ReadCapacity16.name, cdb, read }, options)).data)
  }

  /** READ CAPACITY (10); undefined when the unit is too large for it. */
  async readCapacity10(options: Patience = {}): Promise<Pick<Capacity, 'blocks' | 'blockSizeBytes'> | undefined> {
    checkOptions('readCapacity10', options, PATIENCE)
    const read = ReadCapacity10Data.size
    return decodeCapacity10(
      (await this.command({ name: ReadCapacity10.name, cdb: ReadCapacity10.encode({}), read }, options)).data,
    )
  }

  /** Reads `blocks` blocks from `lba` on. */
  async read(lba: number, blocks: number, options: BlockOptions<6 | 10 | 12 | 16> = {}): Promise<Uint8Array> {
    checkShortOptions('read', options)
    checkExtent(lba, blocks)
    const { form = 16, fua = false, dpo = false } = options
    const of = reads[form]
    const cdb = of.encode({ lba, blocks, ...(form !== 6 && { fua, dpo }) })
    return (await this.command({ name: of.name, cdb, read: blocks * (await this.#blockSize(options)) }, options)).data
  }

  /** Writes whole blocks from `lba` on. */
  async write(lba: number, data: Uint8Array, options: BlockOptions<6 | 10 | 12 | 16> = {}): Promise<void> {
    checkShortOptions('write', options)
    checkArgument('lba', lba, BLOCK_ADDRESS)
    const { form = 16, fua = false, dpo = false } = options
    const of = writes[form]
    const cdb = of.encode({ lba, blocks: await this.#blocksIn(data, options), ...(form !== 6 && { fua, dpo }) })
    await this.command({ name: of.name, cdb, write: data }, options)
  }

  /** Compares the blocks from `lba` on with `data`: MISCOMPARE when they differ. */
  async verify(lba: number, data: Uint8Array, options: BlockOptions = {}): Promise<void> {
    checkOptions('verify', options, BLOCK_OPTIONS)
    checkArgument('lba', lba, BLOCK_ADDRESS)
    const { form = 16, dpo = false } = options
    const of = verifies[form]
    const cdb = of.encode({ lba, blocks: await this.#blocksIn(data, options), dpo, byteCheck: ByteCheck.blocks })
    await this.command({ name: of.name, cdb, write: data }, options)
  }

  /** Compares each of `blocks` blocks with the one block of `block`. */
  async verifySame(lba: number, blocks: number, block: Uint8Array, options: BlockOptions = {}): Promise<void> {
    checkOptions('verifySame', options, BLOCK_OPTIONS)
    checkExtent(lba, blocks)
    await this.#checkBlock(block, options)
    const of = verifies[options.form ?? 16]
    await this.command(
      { name: of.name, cdb: of.encode({ lba, blocks, byteCheck: ByteCheck.oneBlock }), write: block },
      options,
    )
  }

  /** Has the unit check that it can read `blocks` blocks; no data is sent. */
  async verifyMedium(lba: number, blocks: number, options: BlockOptions = {}): Promise<void> {
    checkOptions('verifyMedium', options, BLOCK_OPTIONS)
    checkExtent(lba, blocks)
    const of = verifies[options.form ?? 16]
    await this.command({ name: of.name, cdb: of.encode({ lba, blocks, byteCheck: ByteCheck.none }) }, options)
  }

  /** Writes and reads back, comparing what was written when `compare` is set. */
  async writeAndVerify(
    lba: number,
    data: Uint8Array,
    options: BlockOptions & { readonly compare?: boolean } = {},
  ): Promise<void> {
    checkOptions('writeAndVerify', options, VERIFY_OPTIONS)
    checkArgument('lba', lba, BLOCK_ADDRESS)
    const { form = 16, dpo = false, compare = false } = options
    const of = writesAndVerifies[form]
    const byteCheck = compare ? ByteCheck.blocks : ByteCheck.none
    const cdb = of.encode({ lba, blocks: await this.#blocksIn(data, options), dpo, byteCheck })
    await this.command({ name: of.name, cdb, write: data }, options)
  }

  /** Writes one block to each of `blocks` blocks; 0 stands for all up to the end. */
  async writeSame(lba: number, blocks: number, block: Uint8Array, options: WriteSameOptions = {}): Promise<void> {
    checkOptions('writeSame', options, WRITE_SAME_OPTIONS)
    checkExtent(lba, blocks)
    const { form = 16, unmap = false, noDataOut = false } = options
    if (noDataOut && form !== 16)
      throw new RangeError(`writeSame: form is ${form}, which always has data; with noDataOut right is 16`)
    if (!noDataOut) await this.#checkBlock(block, options)
    const of = writeSames[form]
    const cdb = of.encode({ lba, blocks, unmap, ...(form === 16 && { noDataOut }) })
    await this.command({ name: of.name, cdb, ...(!noDataOut && { write: block }) }, options)
  }

  /** Gives blocks back. */
  async unmap(ranges: readonly UnmapRange[], options: Patience = {}): Promise<void> {
    checkOptions('unmap', options, PATIENCE)
    const write = encodeUnmapList(ranges)
    await this.command({ name: Unmap.name, cdb: Unmap.encode({ parameterListLength: write.length }), write }, options)
  }

  /** How the blocks from `lba` on are provisioned: as many runs as the unit says at once. */
  async getLbaStatus(lba: number, options: Patience = {}): Promise<LbaStatus[]> {
    checkOptions('getLbaStatus', options, PATIENCE)
    checkArgument('lba', lba, BLOCK_ADDRESS)
    const read = lbaStatusLength(LBA_STATUS_RUNS)
    const cdb = GetLbaStatus16.encode({ lba, allocationLength: read })
    return decodeLbaStatus((await this.command({ name: GetLbaStatus16.name, cdb, read }, options)).data)
  }

  /** Writes `replacement` when the blocks hold `expected`, both as long; MISCOMPARE when they do not. */
  async compareAndWrite(
    lba: number,
    expected: Uint8Array,
    replacement: Uint8Array,
    options: Patience = {},
  ): Promise<void> {
    checkOptions('compareAndWrite', options, PATIENCE)
    checkArgument('lba', lba, BLOCK_ADDRESS)
    checkArgument('expected', expected, DATA)
    checkArgument('replacement', replacement, byteArray(expected.length, expected.length))
    const write = Buffer.concat([expected, replacement])
    const cdb = CompareAndWrite.encode({ lba, blocks: await this.#blocksIn(expected, options) })
    await this.command({ name: CompareAndWrite.name, cdb, write }, options)
  }

  /** Makes what was written durable; `blocks` 0 stands for all up to the end. */
  async synchronizeCache(lba = 0, blocks = 0, options: SynchronizeOptions = {}): Promise<void> {
    checkOptions('synchronizeCache', options, SYNCHRONIZE_OPTIONS)
    checkExtent(lba, blocks)
    const { form = 16, immediate = false } = options
    const of = synchronizations[form]
    await this.command({ name: of.name, cdb: of.encode({ lba, blocks, immediate }) }, options)
  }

  async startStop(start: boolean, options: Patience & { readonly immediate?: boolean } = {}): Promise<void> {
    checkArgument('start', start, flag)
    checkOptions('startStop', options, IMMEDIATE_OPTION)
    const { immediate = false } = options
    await this.command({ name: StartStopUnit.name, cdb: StartStopUnit.encode({ start, immediate }) }, options)
  }

  async #checkBlock(block: Uint8Array, options: Patience): Promise<void> {
    checkArgument('block', block, DATA)
    const size = await this.#blockSize(options)
    checkArgument('block', block, byteArray(size, size))
  }

  async #blocksIn(data: Uint8Array, options: Patience): Promise<number> {
    checkArgument('data', data, WRITE_DATA)
    const size = await this.#blockSize(options)
    if (data.length % size !== 0) throw new RangeError(`${data.length} bytes are no whole blocks of ${size} bytes`)
    return data.length / size
  }
}
