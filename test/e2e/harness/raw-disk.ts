import { DataIn, dataBytes, R2T } from '@lunkit/pdu'
import { Read10, TestUnitReady, Write10 } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import type { View } from '@lunkit/wire'
import type { RawSession } from './raw-session.ts'

/** The CDB of a write of whole blocks of 512 bytes. */
export const write10 = (lba: number, lengthBytes: number): Uint8Array =>
  Write10.encode({ lba, blocks: lengthBytes / 512 })

/** The CDB of a read of whole blocks of 512 bytes. */
export const read10 = (lba: number, lengthBytes: number): Uint8Array =>
  Read10.encode({ lba, blocks: lengthBytes / 512 })

/** Passes over the unit attentions that a new nexus has. */
export async function ready(session: RawSession): Promise<void> {
  while ((await session.status(session.command({ cdb: TestUnitReady.encode({}) }))).status !== Status.good);
}

/** The next R2T, which has to be for this task. */
export async function r2tFor(session: RawSession, tag: number): Promise<View<typeof R2T.fields>> {
  const { values } = await session.expect(R2T)
  if (values.initiatorTaskTag !== tag) throw new Error(`R2T for task ${values.initiatorTaskTag}, not for ${tag}`)
  return values
}

/** Sends what R2Ts ask for until the task has ended, which has to be with GOOD. */
export async function finishWrite(session: RawSession, tag: number, data: Uint8Array): Promise<void> {
  for (;;) {
    const packet = await session.receive()
    if (packet.pdu.opcode !== R2T.opcode) {
      const { initiatorTaskTag, status } = packet.values as { initiatorTaskTag: number; status?: number }
      if (initiatorTaskTag === tag && status === Status.good) return
      throw new Error(`${packet.pdu.name} for task ${initiatorTaskTag} with status ${status}, GOOD for ${tag} was next`)
    }
    answerR2t(session, packet.values as View<typeof R2T.fields>, data)
  }
}

/** Sends the data that an R2T asks for, in PDUs as long as the target takes. */
export function answerR2t(session: RawSession, r2t: View<typeof R2T.fields>, data: Uint8Array): void {
  const { initiatorTaskTag, targetTransferTag, bufferOffset, desiredDataTransferLength, lun } = r2t
  const { TargetMaxRecvDataSegmentLength: longest } = session.parameters
  const end = bufferOffset + desiredDataTransferLength
  for (let at = bufferOffset, dataSN = 0; at < end; at += longest, dataSN++) {
    const next = Math.min(at + longest, end)
    const place = { lun, targetTransferTag, dataSN, bufferOffset: at, final: next === end }
    session.dataOut(initiatorTaskTag, data.subarray(at, next), place)
  }
}

/** Reads blocks of 512 bytes. */
export async function readBack(session: RawSession, lba: number, lengthBytes: number): Promise<Buffer> {
  const tag = session.command({ cdb: read10(lba, lengthBytes), read: lengthBytes })
  const pieces: Uint8Array[] = []
  for (;;) {
    const { values, data } = await session.expect(DataIn)
    if (values.initiatorTaskTag !== tag) throw new Error(`Data-In of task ${values.initiatorTaskTag}, not of ${tag}`)
    pieces.push(dataBytes(data))
    if (values.hasStatus) return Buffer.concat(pieces)
  }
}
