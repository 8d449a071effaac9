import type { LongMemory } from '@lunkit/wire'
import type { LaneAccess } from '../lanes/lane-set.ts'
import { causeOf } from '../native/errno.ts'
import { type DeviceAnswer, type DeviceCommand, DeviceFailure, type ScsiDevice } from '../store/scsi-device.ts'
import { commandTimeMs } from './command-time.ts'
import type { DataMemory } from './data-memory.ts'
import { DeviceJob } from './device-job.ts'
import type { HeaderPool } from './header-pool.ts'
import { answerOf, failed, failureOfCall } from './sg-answer.ts'
import { LONGEST_CDB_BYTES, RESET_DEVICE_ALONE, type SgHeader, SgRequest } from './sg-header.ts'

/** What commands reach a device by. */
export interface SgDeviceParts {
  readonly fd: number
  readonly deviceType: number
  readonly transferBytes: number
  readonly blockBytes: number | undefined
  /** See commandTimeMs. */
  readonly sysfsMs: number
  readonly headers: HeaderPool
  readonly memory: DataMemory
  /** The lanes for commands, and for what must not wait behind a command that does not return. */
  readonly commands: LaneAccess
  readonly resets: LaneAccess
}

/** PERIPHERAL DEVICE TYPE of what may do commands in any order: disks, by blocks or by zones. */
const UNORDERED: ReadonlySet<number> = new Set([0x00, 0x14])

/** A SCSI device that takes commands by SG_IO: each is one blocking call of a lane, straight from and to the memory of its data. */
export class SgDevice implements ScsiDevice {
  readonly deviceType: number
  readonly transferBytes: number
  readonly blockBytes: number | undefined
  readonly #parts: SgDeviceParts
  /** Where a medium has a position, commands go one after the other. */
  readonly #inOrder: boolean
  #count = 0
  #drained: (() => void) | undefined

  constructor(parts: SgDeviceParts) {
    this.deviceType = parts.deviceType
    this.transferBytes = parts.transferBytes
    this.blockBytes = parts.blockBytes
    this.#parts = parts
    this.#inOrder = !UNORDERED.has(parts.deviceType)
  }

  get longMemory(): LongMemory {
    return this.#parts.memory.long
  }

  async execute(command: DeviceCommand): Promise<DeviceAnswer> {
    if (this.#drained) return failed(DeviceFailure.gone)
    if (command.cdb.length > LONGEST_CDB_BYTES || command.lengthBytes > this.transferBytes)
      return failed(DeviceFailure.refused)
    const header = this.#parts.headers.take()
    header.compose(this.#callOf(command))
    const job = await this.#ask(this.#parts.commands, { header, request: SgRequest.io, inOrder: this.#inOrder })
    const answer = jobAnswer(job, header, command.lengthBytes)
    this.#parts.headers.give(header)
    return answer
  }

  async reset(): Promise<boolean> {
    if (this.#drained) return false
    const header = this.#parts.headers.take()
    header.composeReset(RESET_DEVICE_ALONE)
    const job = await this.#ask(this.#parts.resets, { header, request: SgRequest.reset, inOrder: false })
    this.#parts.headers.give(header)
    return !job.lost && job.result >= 0
  }

  /** Takes no command any more; resolves when all that it has have ended. */
  end(): Promise<void> {
    return new Promise(resolve => {
      this.#drained = resolve
      if (this.#count === 0) resolve()
    })
  }

  #callOf({ cdb, direction, slot, slotOffset = 0, lengthBytes }: DeviceCommand) {
    const { memory, deviceType, sysfsMs } = this.#parts
    const hasData = direction !== 'none' && lengthBytes > 0
    if (hasData && !slot) throw new Error(`a command with ${lengthBytes} bytes of data has no memory for it`)
    return {
      cdb,
      direction: hasData ? direction : 'none',
      dataAddress: hasData && slot ? memory.addressOf(slot) + slotOffset : 0,
      dataBytes: hasData ? lengthBytes : 0,
      timeoutMs: commandTimeMs(deviceType, cdb, sysfsMs),
    } as const
  }

  async #ask(lane: LaneAccess, { header, request, inOrder }: Asked): Promise<DeviceJob> {
    const { fd } = this.#parts
    this.#count++
    const job = await new Promise<DeviceJob>(resolve => {
      lane.submit(new DeviceJob({ fd, request, address: header.address, inOrder }, resolve))
    })
    this.#count--
    if (this.#count === 0) this.#drained?.()
    return job
  }
}

interface Asked {
  readonly header: SgHeader
  readonly request: number
  readonly inOrder: boolean
}

/** What the end of a call says of its command. One that no lane has begun can be sent again. */
function jobAnswer(job: DeviceJob, header: SgHeader, lengthBytes: number): DeviceAnswer {
  if (job.lost) return failed(job.begun ? DeviceFailure.lost : DeviceFailure.busy)
  if (job.result >= 0) return answerOf(header.result(), lengthBytes)
  return { ...failed(failureOfCall(-job.result)), cause: causeOf(-job.result, job.call) }
}
