import {
  DataIn,
  DataKind,
  DataOut,
  isPacket,
  LogoutRequest,
  LogoutResponse,
  type Packet,
  R2T,
  ScsiCommand,
} from '@lunkit/pdu'
import { encodeSense, type SenseCode } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import type { ConnectOptions } from '../connect-options.ts'
import type { Session } from '../session.ts'
import { beginFullFeature, type ScriptedTarget } from './scripted-target.ts'

/** What an initiator declares as MaxRecvDataSegmentLength by default. */
const PIECE_BYTES = 262_144

/** A command as it came, with all of its data. */
export interface ReceivedCommand {
  readonly cdb: string
  readonly lun: bigint
  readonly written: Buffer
}

/** What to answer: data, or a sense code. */
export type Answer = Uint8Array | SenseCode | undefined

/** A target that answers every command as a function says. */
class AnsweringTarget {
  readonly received: ReceivedCommand[] = []
  readonly #target: ScriptedTarget
  readonly #answer: (command: ReceivedCommand) => Answer

  constructor(target: ScriptedTarget, answer: (command: ReceivedCommand) => Answer) {
    this.#target = target
    this.#answer = answer
  }

  /** Answers until the initiator logs out or goes. */
  async run(): Promise<void> {
    for (;;) {
      const packet = await this.#target.raw.receive()
      if (isPacket(packet, ScsiCommand)) await this.#command(packet)
      else if (isPacket(packet, LogoutRequest))
        this.#target.answer(LogoutResponse, { initiatorTaskTag: packet.values.initiatorTaskTag })
    }
  }

  async #command({ values, data }: Packet<typeof ScsiCommand.fields>): Promise<void> {
    this.#target.expCmdSN = values.cmdSN + 1
    this.#target.maxCmdSN = values.cmdSN + 64
    const { initiatorTaskTag, lun, expectedDataTransferLength } = values
    const pieces = data.kind === DataKind.bytes ? [Buffer.from(data.bytes)] : []
    let came = pieces[0]?.length ?? 0
    const more = values.write ? expectedDataTransferLength - came : 0
    if (more > 0 && values.final)
      this.#target.tell(R2T, {
        initiatorTaskTag,
        lun,
        targetTransferTag: 1,
        bufferOffset: came,
        desiredDataTransferLength: more,
      })
    while (values.write && came < expectedDataTransferLength) {
      const piece = await this.#target.raw.expect(DataOut)
      if (piece.data.kind === DataKind.bytes) pieces.push(Buffer.from(piece.data.bytes))
      came += piece.values.dataSegmentLength
    }
    const command = { cdb: Buffer.from(values.cdb).toString('hex'), lun, written: Buffer.concat(pieces) }
    this.received.push(command)
    this.#end(initiatorTaskTag, expectedDataTransferLength, this.#answer(command))
  }

  #end(initiatorTaskTag: number, expected: number, answer: Answer): void {
    if (answer && 'key' in answer) {
      const sense = encodeSense({ code: answer }, false)
      const length = Buffer.from([0, sense.length])
      this.#target.end(initiatorTaskTag, { status: Status.checkCondition }, { data: Buffer.concat([length, sense]) })
    } else if (answer) {
      const data = answer.subarray(0, expected)
      for (let at = 0, dataSN = 0; at < data.length; at += PIECE_BYTES, dataSN++) {
        const piece = data.subarray(at, at + PIECE_BYTES)
        this.#target.tell(DataIn, { initiatorTaskTag, dataSN, bufferOffset: at, final: true }, { data: piece })
      }
      const residualCount = expected - data.length
      this.#target.end(initiatorTaskTag, { underflow: residualCount > 0, residualCount })
    } else this.#target.end(initiatorTaskTag)
  }
}

/** A session with a target that answers every command as `answer` says. */
export async function beginAnswering(
  answer: (command: ReceivedCommand) => Answer,
  options: Partial<ConnectOptions> = {},
): Promise<{ session: Session; received: readonly ReceivedCommand[] }> {
  const { target, session } = await beginFullFeature(options)
  const answering = new AnsweringTarget(target, answer)
  answering.run().catch(() => undefined)
  return { session, received: answering.received }
}
