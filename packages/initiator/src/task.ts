import type { R2T, ReceivedHeader, TaskAttribute } from '@lunkit/pdu'
import { DataIn, ScsiResponse, ScsiResponseCode, SenseSegment } from '@lunkit/pdu'
import { dataView, serialAdd, type View } from '@lunkit/wire'
import { ProtocolError } from './error.ts'

/** A SCSI command for a logical unit. */
export interface CommandRequest {
  /** What the command is called in messages. */
  readonly name?: string
  /** The logical unit number, 0 to 16777215. */
  readonly lun: number
  /** 6 to 260 bytes. */
  readonly cdb: Uint8Array
  /** What the command may read: memory for it, or how many bytes memory is to be made for. */
  readonly read?: Uint8Array | number
  /** What the command writes; it must not change until the command has ended. */
  readonly write?: Uint8Array
  readonly attribute?: TaskAttribute
  /** Sent beside the command window, RFC 7143 4.2.2.1. */
  readonly immediate?: boolean
}

/** How a command ended. */
export interface CommandResult {
  /** SAM-5 5.3.1. */
  readonly status: number
  /** Sense data, empty when there is none. */
  readonly sense: Uint8Array
  /** What the command read: as much of the memory as was filled. */
  readonly data: Uint8Array
  /** Bytes of what was expected that were not moved. */
  readonly underflowBytes: number
  /** Bytes that would have been moved, had they been expected. */
  readonly overflowBytes: number
}

/** Hears how a command ends: exactly one of both is called, once. */
export interface CommandListener {
  ended(result: CommandResult): void
  failed(reason: Error): void
}

const NOTHING = new Uint8Array(0)

/** One command on its way. */
export class CommandTask {
  readonly request: CommandRequest
  readonly listener: CommandListener
  readonly memory: Uint8Array
  readonly writeBytes: number
  /** Whose it is: a tag means something in its session only. */
  owner: unknown
  /** 0 until the command is sent. */
  tag = 0
  cmdSN = 0
  #receivedBytes = 0
  /** The DataSN of Data-In and the R2TSN of R2T, which a target counts together (RFC 7143 11.7.5 and 11.8.1). */
  #expDataSN = 0
  #sequenceBytes = 0

  constructor(request: CommandRequest, listener: CommandListener) {
    this.request = request
    this.listener = listener
    const { read, write } = request
    this.memory = typeof read === 'number' ? Buffer.allocUnsafe(read) : (read ?? NOTHING)
    this.writeBytes = write?.length ?? 0
  }

  /**
   * Where the data of a Data-In goes.
   * @throws {ProtocolError} when it is not what comes next, or more than was expected.
   */
  place({ dataSN, bufferOffset }: View<typeof DataIn.fields>, lengthBytes: number): Uint8Array {
    this.#next(DataIn.name, dataSN)
    // DataPDUInOrder and DataSequenceInOrder are Yes in every session.
    if (bufferOffset !== this.#receivedBytes)
      throw new ProtocolError(
        `Data-In for byte ${bufferOffset} of task ${this.tag}, byte ${this.#receivedBytes} was next`,
      )
    const end = bufferOffset + lengthBytes
    if (end > this.memory.length)
      throw new ProtocolError(`Data-In up to byte ${end} of task ${this.tag}, which expects ${this.memory.length}`)
    return this.memory.subarray(bufferOffset, end)
  }

  /** Counts data that is in; how long its sequence is by now. */
  placed(lengthBytes: number, final: boolean): number {
    const sequenceBytes = this.#sequenceBytes + lengthBytes
    this.#receivedBytes += lengthBytes
    this.#sequenceBytes = final ? 0 : sequenceBytes
    return sequenceBytes
  }

  /**
   * Checks an R2T.
   * @throws {ProtocolError} when it is not what comes next, or asks for what there is not.
   */
  solicited(r2t: View<typeof R2T.fields>, maxBurstLength: number): void {
    this.#next('R2T', r2t.r2tSN)
    const { bufferOffset, desiredDataTransferLength: length } = r2t
    if (length === 0 || length > maxBurstLength || bufferOffset + length > this.writeBytes)
      throw new ProtocolError(
        `R2T for ${length} bytes at ${bufferOffset} of task ${this.tag}, which writes ${this.writeBytes} in bursts up to ${maxBurstLength}`,
      )
  }

  #next(what: string, sequenceNumber: number): void {
    if (sequenceNumber !== this.#expDataSN)
      throw new ProtocolError(`${what} number ${sequenceNumber} of task ${this.tag}, ${this.#expDataSN} was next`)
    this.#expDataSN = serialAdd(this.#expDataSN, 1)
  }

  /** Ends with the status that came in the last Data-In. */
  endWithData(dataIn: View<typeof DataIn.fields>): void {
    this.#end(dataIn.status, NOTHING, dataIn)
  }

  /** Ends with a SCSI Response and its sense data. */
  endWithResponse({ view, at }: ReceivedHeader, sense: Uint8Array): void {
    const response = ScsiResponse.view(view, at)
    if (response.response !== ScsiResponseCode.completedAtTarget)
      this.listener.failed(new ProtocolError(`task ${this.tag} ended with response ${response.response} and no status`))
    else this.#end(response.status, sense, response)
  }

  #end(
    status: number,
    sense: Uint8Array,
    residual: { underflow: boolean; overflow: boolean; residualCount: number },
  ): void {
    const { underflow, overflow, residualCount } = residual
    this.listener.ended({
      status,
      sense,
      data: this.memory.subarray(0, this.#receivedBytes),
      underflowBytes: underflow ? residualCount : 0,
      overflowBytes: overflow ? residualCount : 0,
    })
  }
}

/**
 * The sense data in the data segment of a SCSI Response, RFC 7143 11.4.7.2.
 * @throws {ProtocolError} when it is longer than its segment.
 */
export function senseOf(data: Uint8Array | undefined): Uint8Array {
  if (!data || data.length < SenseSegment.size) return NOTHING
  const end = SenseSegment.size + SenseSegment.view(dataView(data)).senseLength
  if (end > data.length) throw new ProtocolError(`sense data of ${end - 2} bytes in a segment of ${data.length}`)
  return data.subarray(SenseSegment.size, end)
}
