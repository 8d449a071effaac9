import { PIECE_BYTES, type Piece, Status, type Task, type TaskRouter } from '@lunkit/scsi/transport'
import { dataView, layout, type Slab, u8, u16, u32 } from '@lunkit/wire'
import { HandRouter } from './hand-router.ts'

/** READ (10) and WRITE (10), SBC-4 5.16 and 5.41: the two commands that this disk has. */
const Transfer10 = layout({
  name: 'READ (10) or WRITE (10)',
  spec: 'SBC-4 5.16 and 5.41',
  size: 10,
  fields: { opcode: u8(0), lba: u32(2), blocks: u16(7) },
})
const READ_10 = 0x28
const WRITE_10 = 0x2a
const BLOCK_BYTES = 512

const cdb10 = (opcode: number, lba: number, blocks: number): Uint8Array => Transfer10.encode({ opcode, lba, blocks })
/** The CDB of a READ (10). */
export const read10 = (lba: number, blocks: number): Uint8Array => cdb10(READ_10, lba, blocks)
/** The CDB of a WRITE (10). */
export const write10 = (lba: number, blocks: number): Uint8Array => cdb10(WRITE_10, lba, blocks)

/** One command of the disk under way. */
class Running {
  readonly #disk: MemoryDisk
  readonly #task: Task
  readonly #lengthBytes: number
  readonly #offset: number
  #doneBytes = 0

  constructor(disk: MemoryDisk, task: Task, { offset, lengthBytes }: { offset: number; lengthBytes: number }) {
    this.#disk = disk
    this.#task = task
    this.#offset = offset
    this.#lengthBytes = lengthBytes
  }

  read(): void {
    this.#task.dataLength(this.#lengthBytes)
    this.#readOn(Math.min(this.#lengthBytes, this.#task.readBytes))
  }

  #readOn(totalBytes: number): void {
    while (this.#doneBytes < totalBytes) {
      const next = Math.min(PIECE_BYTES, totalBytes - this.#doneBytes)
      if (!this.#task.room(next, this)) return
      this.#sendPiece(next)
    }
    this.#task.finish(Status.good)
  }

  roomMade(): void {
    const totalBytes = Math.min(this.#lengthBytes, this.#task.readBytes)
    this.#sendPiece(Math.min(PIECE_BYTES, totalBytes - this.#doneBytes))
    this.#readOn(totalBytes)
  }

  #sendPiece(lengthBytes: number): void {
    const slot = this.#disk.slab.take(lengthBytes)
    const start = this.#offset + this.#doneBytes
    this.#doneBytes += lengthBytes
    if (!slot) return this.#task.send(Buffer.from(this.#disk.bytes.subarray(start, start + lengthBytes)))
    this.#disk.bytes.copy(slot.bytes, 0, start, start + lengthBytes)
    this.#task.send(slot.bytes.subarray(0, lengthBytes), slot)
  }

  write(): void {
    const wanted = Math.min(this.#lengthBytes, this.#task.writeBytes)
    this.#task.dataLength(this.#lengthBytes)
    if (wanted === 0) return this.#task.finish(Status.good)
    this.#task.expectData(wanted)
    this.#task.receive(this)
  }

  receivePiece({ slot, lengthBytes }: Piece): void {
    slot.bytes.copy(this.#disk.bytes, this.#offset + this.#doneBytes, 0, lengthBytes)
    slot.release()
    this.#doneBytes += lengthBytes
    if (this.#doneBytes < Math.min(this.#lengthBytes, this.#task.writeBytes)) this.#task.receive(this)
    else this.#task.finish(Status.good)
  }
}

/** A disk in memory that answers READ (10) and WRITE (10) at once, and everything else with GOOD. */
export class MemoryDisk {
  readonly bytes: Buffer
  readonly slab: Slab
  readonly hand = new HandRouter()

  constructor(slab: Slab, sizeBytes: number) {
    this.slab = slab
    this.bytes = Buffer.alloc(sizeBytes)
    this.hand.onTask = task => this.#run(task)
    this.hand.onManage = request => request.done('complete')
  }

  get router(): TaskRouter {
    return this.hand
  }

  #run(task: Task): void {
    const { opcode, lba, blocks } = Transfer10.view(dataView(task.cdb))
    const range = { offset: lba * BLOCK_BYTES, lengthBytes: blocks * BLOCK_BYTES }
    const running = new Running(this, task, range)
    if (range.offset + range.lengthBytes > this.bytes.length) task.finish(Status.checkCondition, Uint8Array.of(0x70))
    else if (opcode === READ_10) running.read()
    else if (opcode === WRITE_10) running.write()
    else task.finish(Status.good)
  }
}
