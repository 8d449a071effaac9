import type {
  Nexus,
  NexusEnd,
  NexusListener,
  NexusName,
  Piece,
  PieceReceiver,
  Task,
  TaskManagementRequest,
  TaskManagementResponse,
  TaskRouter,
} from '@lunkit/scsi/transport'

/** A nexus whose tasks a test drives by hand. */
export class HandNexus implements Nexus {
  readonly name: NexusName
  readonly listener: NexusListener
  readonly tasks: Task[] = []
  readonly requests: TaskManagementRequest[] = []
  /** What the transport has answered by itself. */
  readonly answers: { readonly function: number; readonly lun: number; readonly response: TaskManagementResponse }[] =
    []
  closedBy: NexusEnd | undefined
  #ended: (() => void) | undefined
  readonly #router: HandRouter

  constructor(router: HandRouter, name: NexusName, listener: NexusListener) {
    this.#router = router
    this.name = name
    this.listener = listener
  }

  submit(task: Task): void {
    this.tasks.push(task)
    this.#router.onTask?.(task)
  }

  manage(request: TaskManagementRequest): void {
    this.requests.push(request)
    this.#router.onManage?.(request, this)
  }

  answered(what: Pick<TaskManagementRequest, 'function' | 'lun'>, response: TaskManagementResponse): void {
    this.answers.push({ ...what, response })
  }

  close(why: NexusEnd, ended: () => void): void {
    this.closedBy = why
    this.#ended = ended
    if (this.#router.endsAtOnce) this.end()
  }

  /** Terminates what is left, and says so. */
  end(): void {
    for (const task of this.tasks) task.terminate()
    const ended = this.#ended
    this.#ended = undefined
    ended?.()
  }

  /** The task that came last. */
  get last(): Task {
    const task = this.tasks.at(-1)
    if (!task) throw new Error('no task came')
    return task
  }
}

/** A device server that is a test. */
export class HandRouter implements TaskRouter {
  readonly nexuses: HandNexus[] = []
  /** Whether a nexus that is closed ends at once. */
  endsAtOnce = true
  onTask: ((task: Task) => void) | undefined
  onManage: ((request: TaskManagementRequest, nexus: HandNexus) => void) | undefined

  open(name: NexusName, listener: NexusListener): HandNexus {
    const nexus = new HandNexus(this, name, listener)
    this.nexuses.push(nexus)
    return nexus
  }

  get nexus(): HandNexus {
    const nexus = this.nexuses.at(-1)
    if (!nexus) throw new Error('no nexus was opened')
    return nexus
  }
}

/** Takes the pieces of a task's data-out, one after the other, and releases them. */
export class PieceCollector implements PieceReceiver {
  readonly pieces: Buffer[] = []

  receivePiece({ slot, lengthBytes }: Piece): void {
    this.pieces.push(Buffer.from(slot.bytes.subarray(0, lengthBytes)))
    slot.release()
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces)
  }
}
