import { BasicHeader, DataIn, InitiatorOpcode, TargetOpcode } from '@lunkit/pdu'

/** Tags that are remembered at most: tasks that were aborted end without an answer, and leave theirs. */
const TAGS_KEPT = 4096

/** PDUs that belong to a task that another PDU has begun. */
const BELONG: ReadonlySet<number> = new Set([
  InitiatorOpcode.dataOut,
  TargetOpcode.dataIn,
  TargetOpcode.readyToTransfer,
  TargetOpcode.scsiResponse,
  TargetOpcode.taskManagementResponse,
])
/** Those after which nothing of the task follows, whatever they say. */
const END: ReadonlySet<number> = new Set([TargetOpcode.scsiResponse, TargetOpcode.taskManagementResponse])

/** Tasks of a connection that have something in common, by their tags, from the PDU that begins them to the one that ends them. */
export class TaskTags {
  readonly #tags = new Set<number>()

  /** A task begins, whose tag may have been another one's before. */
  begin(tag: number, isOne: boolean): void {
    this.#tags.delete(tag)
    if (!isOne) return
    const [oldest] = this.#tags.size < TAGS_KEPT ? [] : this.#tags
    if (oldest !== undefined) this.#tags.delete(oldest)
    this.#tags.add(tag)
  }

  /** Whether the PDU whose header lies there belongs to one of them; with the last one of a task it is forgotten. */
  owns(view: DataView, at: number): boolean {
    const { opcode, initiatorTaskTag: tag } = BasicHeader.view(view, at)
    if (!BELONG.has(opcode) || !this.#tags.has(tag)) return false
    if (END.has(opcode) || endsCommand(opcode, view, at)) this.#tags.delete(tag)
    return true
  }
}

/** RFC 7143 11.7.3: the last Data-In may have the status. */
function endsCommand(opcode: number, view: DataView, at: number): boolean {
  return opcode === TargetOpcode.dataIn && DataIn.view(view, at).hasStatus
}
