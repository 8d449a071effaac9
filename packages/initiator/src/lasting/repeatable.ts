import { TaskAttribute } from '@lunkit/pdu'
import {
  Inquiry,
  ModeSense6,
  ModeSense10,
  Read6,
  Read10,
  Read12,
  Read16,
  ReadCapacity10,
  ReadCapacity16,
  ReportLuns,
  TestUnitReady,
} from '@lunkit/scsi'
import type { CommandRequest } from '../task.ts'

/** Commands that change nothing, neither on the medium nor of what the unit knows of this initiator. */
const READS = [Read6, Read10, Read12, Read16, ReadCapacity10, ReadCapacity16]
const QUESTIONS = [Inquiry, ModeSense6, ModeSense10, ReportLuns, TestUnitReady]
const opcodes: ReadonlySet<number | undefined> = new Set([...READS, ...QUESTIONS].map(({ opcode }) => opcode))

/**
 * Whether a command may be sent again when nobody knows whether it was carried out: it changes nothing, and has no place in an
 * order (SAM-5 8.6). A write is never one: done a second time it may undo what was written after it.
 */
export const isRepeatable = ({ cdb: [opcode], write, attribute = TaskAttribute.simple }: CommandRequest): boolean =>
  write === undefined && attribute === TaskAttribute.simple && opcodes.has(opcode)
