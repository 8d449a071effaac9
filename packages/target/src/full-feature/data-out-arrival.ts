import { DataOut, DROP, RESERVED_TAG, type ReceivedHeader, RejectReason } from '@lunkit/pdu'
import { LUN_BYTE, LunWords } from '../transfer/command-header.ts'
import { IscsiCondition } from '../transfer/iscsi-condition.ts'
import { type IscsiTask, TaskLife } from '../transfer/task.ts'
import type { FullFeatureConnection } from './full-feature-connection.ts'
import { reject } from './reject.ts'

/** The header of a Data-Out is in: checks everything before the first byte is kept. */
export function dataOutHeader(home: FullFeatureConnection, header: ReceivedHeader): Uint8Array | typeof DROP {
  const place = DataOut.view(header.view, header.at)
  const { targetTransferTag, initiatorTaskTag } = place
  const task =
    targetTransferTag === RESERVED_TAG
      ? home.session.tasks.findForData(initiatorTaskTag)
      : home.session.tasks.findTransfer(targetTransferTag)
  home.receiving = task
  // RFC 7143 11.2.1.5: additional header segments are for SCSI Commands.
  if (!task || header.ahsBytes > 0 || !belongs(task, header, place)) {
    home.receiving = undefined
    home.rejection = RejectReason.invalidPduField
    return DROP
  }
  task.dataOut.progressMs = home.session.timers.now
  // What is left of a task that has ended, or that broke a rule before, is drained.
  if (task.life === TaskLife.ended || task.dataOut.failure) return DROP
  const broken = task.dataOut.check(place, header.dataSegmentLength)
  if (broken) {
    task.fail(broken)
    return DROP
  }
  const { slot } = task.dataOut
  if (!slot || header.dataSegmentLength === 0) return DROP
  // The task may end before the data is in, which must not land in memory that is another's by then.
  home.receivingSlot = slot.retain()
  return task.dataOut.placeIn(slot, header.dataSegmentLength)
}

/** RFC 7143 4.2.5.3 and 11.7.4: the fields that name the task agree with the command's. */
function belongs(
  task: IscsiTask,
  { view, at }: ReceivedHeader,
  { targetTransferTag, initiatorTaskTag }: { targetTransferTag: number; initiatorTaskTag: number },
): boolean {
  if (task.tag !== initiatorTaskTag) return false
  if (targetTransferTag === RESERVED_TAG) return true
  const lun = LunWords.view(view, at + LUN_BYTE)
  return lun.high === task.lunHigh && lun.low === task.lunLow
}

/** A Data-Out is all in. */
export function dataOutComplete(
  home: FullFeatureConnection,
  header: ReceivedHeader,
  _data: Uint8Array | undefined,
  digestRight: boolean,
): void {
  const task = home.receiving
  home.receiving = undefined
  home.receivingSlot?.release()
  home.receivingSlot = undefined
  if (home.rejection !== undefined) return reject(home, header, home.rejection)
  if (!task) return
  const { dataOut } = task
  const { final, targetTransferTag } = DataOut.view(header.view, header.at)
  if (!digestRight) {
    reject(home, header, RejectReason.dataDigestError)
    task.fail(IscsiCondition.protocolServiceCrcError)
  }
  if (!dataOut.failure && task.life !== TaskLife.ended) dataOut.received(header.dataSegmentLength)
  if (final) endSequence(home, task, targetTransferTag)
  else if (!dataOut.failure) dataOut.handOver()
}

function endSequence({ session }: FullFeatureConnection, task: IscsiTask, targetTransferTag: number): void {
  const { tasks, solicitor, firstBurstLeftOpen } = session
  const whole = task.dataOut.endSequence(targetTransferTag, firstBurstLeftOpen)
  tasks.paid(task, targetTransferTag)
  if (!whole && task.life !== TaskLife.ended) task.fail(IscsiCondition.incorrectAmountOfData)
  if (firstBurstLeftOpen && !task.dataOut.allSolicited) solicitor.wantRest(task)
  if (task.dataOut.owed === 0) task.drained()
  // What the device server does with the piece may end the task: nothing of it is touched after this.
  task.dataOut.handOver()
  solicitor.run()
}
