import { AhsError, DROP, RESERVED_TAG, type ReceivedHeader, RejectReason, ScsiCommand } from '@lunkit/pdu'
import { decodeLun, PIECE_BYTES, Status, TaskAttribute } from '@lunkit/scsi/transport'
import { Verdict } from '../session/command-window.ts'
import { Counter } from '../statistics.ts'
import { type CommandView, LUN_BYTE, LunWords } from '../transfer/command-header.ts'
import { IscsiCondition } from '../transfer/iscsi-condition.ts'
import type { IscsiTask } from '../transfer/task.ts'
import type { FullFeatureConnection } from './full-feature-connection.ts'
import { reject } from './reject.ts'

/** The header of a SCSI Command is in: checks it, and takes memory for its data by length alone. */
export function commandHeader(home: FullFeatureConnection, header: ReceivedHeader): Uint8Array | typeof DROP {
  const view = ScsiCommand.view(header.view, header.at)
  home.arriving = undefined
  home.arrivingVerdict = view.immediate ? Verdict.deliver : home.session.window.judge(view.cmdSN)
  if (home.arrivingVerdict === Verdict.ignore) return DROP
  home.rejection = refusal(home, view) ?? wrongDirection(view, header)
  if (home.rejection !== undefined) return DROP
  const task = home.session.tasks.make(home)
  if (!describe(task, view, header)) {
    home.rejection = RejectReason.invalidPduField
    home.session.tasks.release(task)
    return DROP
  }
  home.arriving = task
  return takeMemory(home, task, { final: view.final, immediateBytes: header.dataSegmentLength })
}

/** Why a SCSI Command is rejected, RFC 7143 11.17.1. */
function refusal(home: FullFeatureConnection, view: CommandView): RejectReason | undefined {
  // RFC 7143 11.2.1.8: a task has a tag of its own.
  if (view.initiatorTaskTag === RESERVED_TAG) return RejectReason.invalidPduField
  if (home.session.tasks.find(view.initiatorTaskTag)) return RejectReason.taskInProgress
  if (home.logoutRequested) return RejectReason.waitingForLogout
  if (view.immediate && home.session.tasks.immediate >= home.session.limits.immediateCommands) {
    home.statistics.add(Counter.immediateCommandsRefused)
    return RejectReason.tooManyImmediateCommands
  }
  // RFC 7143 11.3.1: at least one of W and F is set, and five task attributes are defined.
  if (!(view.write || view.final) || view.attribute > TaskAttribute.aca) return RejectReason.invalidPduField
  return undefined
}

/**
 * RFC 7143 11.3.1: where data is expected R or W says which way it goes; where none is, both may be set and mean nothing.
 * Bidirectional commands, which have both and may expect data by an additional header segment, are not supported.
 */
function wrongDirection(view: CommandView, { ahsBytes }: ReceivedHeader): RejectReason | undefined {
  const { read, write } = view
  if (read !== write) return undefined
  const expects = view.expectedDataTransferLength > 0
  if (!read) return expects ? RejectReason.invalidPduField : undefined
  return expects || ahsBytes > 0 ? RejectReason.commandNotSupported : undefined
}

/** Writes down what the command is; false where its additional header segments make no sense. */
function describe(task: IscsiTask, view: CommandView, header: ReceivedHeader): boolean {
  const lunAt = header.at + LUN_BYTE
  const lun = LunWords.view(header.view, lunAt)
  const expectedBytes = view.expectedDataTransferLength
  task.arrive()
  task.tag = view.initiatorTaskTag
  task.lunHigh = lun.high
  task.lunLow = lun.low
  task.lun = decodeLun(header.view, lunAt)
  task.dataOut.lun = task.lun
  task.attribute = view.attribute
  task.cmdSN = view.cmdSN
  task.immediate = view.immediate
  task.readBytes = view.read ? expectedBytes : 0
  task.writeBytes = view.write ? expectedBytes : 0
  try {
    task.cdb = task.cdbMemory.take(header)
    return true
  } catch (error) {
    if (!(error instanceof AhsError)) throw error
    return false
  }
}

interface Unasked {
  readonly final: boolean
  readonly immediateBytes: number
}

/** RFC 7143 11.7 and 13.11: how much may come unasked, and memory for it. */
function takeMemory(home: FullFeatureConnection, task: IscsiTask, unasked: Unasked): Uint8Array | typeof DROP {
  const { InitialR2T, ImmediateData, FirstBurstLength } = home.session.parameters
  const { final, immediateBytes } = unasked
  if (final && immediateBytes === 0) return DROP
  const unaskedBytes = Math.min(task.writeBytes, FirstBurstLength)
  if (!final) task.dataOut.expectUnsolicited(unaskedBytes)
  const forbidden = (!final && InitialR2T) || (immediateBytes > 0 && !ImmediateData)
  if (forbidden || immediateBytes > unaskedBytes) {
    task.fail(IscsiCondition.unexpectedUnsolicitedData)
    return DROP
  }
  const firstBytes = final ? immediateBytes : unaskedBytes
  if (firstBytes > 0 && !task.dataOut.takeFirst(firstBytes, Math.min(task.writeBytes, PIECE_BYTES))) {
    home.statistics.add(Counter.commandsRefusedForMemory)
    task.refuse(Status.busy)
    return DROP
  }
  return task.dataOut.slot?.bytes ?? DROP
}

/** A SCSI Command is all in: delivers it in its turn. */
export function commandComplete(
  home: FullFeatureConnection,
  header: ReceivedHeader,
  _data: Uint8Array | undefined,
  digestRight: boolean,
): void {
  const task = home.arriving
  if (!task) return home.statistics.add(Counter.pdusIgnored)
  home.arriving = undefined
  if (!digestRight) {
    home.session.release(task)
    return reject(home, header, RejectReason.dataDigestError)
  }
  const { session } = home
  if (header.dataSegmentLength > 0) task.dataOut.receivedImmediate(header.dataSegmentLength)
  session.tasks.add(task)
  if (home.arrivingVerdict === Verdict.hold) return session.window.hold(task.cmdSN, task)
  const { immediate } = task
  if (!immediate) session.window.advance()
  task.deliver()
  if (!immediate && session.window.held > 0) session.nextInOrder()
  else if (!immediate) session.management.next()
}
