import { BasicHeader, InitiatorOpcode } from '@lunkit/pdu'
import { decodeLun } from '@lunkit/scsi/transport'
import { LUN_BYTE } from '../transfer/command-header.ts'
import { TaskTags } from './task-tags.ts'

/** PDUs that begin a task at a logical unit. */
const BEGIN: ReadonlySet<number> = new Set([InitiatorOpcode.scsiCommand, InitiatorOpcode.taskManagementRequest])

/** Which PDUs of a connection are about some logical units: by the LUN of a command, then by the tag of its task. */
export class PduFilter {
  readonly #luns: () => ReadonlySet<number>
  readonly #tasks = new TaskTags()

  /** It is asked for each command which they are: what is mapped to an initiator changes while it is logged in. */
  constructor(luns: () => ReadonlySet<number>) {
    this.#luns = luns
  }

  /** Whether the PDU whose header lies there is about one of them. */
  wants(view: DataView, at: number): boolean {
    const { opcode, initiatorTaskTag: tag } = BasicHeader.view(view, at)
    if (!BEGIN.has(opcode)) return this.#tasks.owns(view, at)
    const isOne = this.#luns().has(decodeLun(view, at + LUN_BYTE))
    this.#tasks.begin(tag, isOne)
    return isOne
  }
}
