import type { Cdb, CdbView } from '@lunkit/scsi'
import { type Task, TaskAttribute } from '@lunkit/scsi/transport'
import { dataView } from '@lunkit/wire'
import type { CommandRow, Unknown } from '../commands/command-set.ts'
import { CommandAccount, operationPlaces } from '../statistics/command-account.ts'
import { ExecutionState, moved } from './execution-state.ts'
import { FREE, touchesBlocks } from './ordering.ts'
import type { TaskPlace } from './task-place.ts'

/** The longest CDB of a command set here. */
const CDB_BYTES = 32

/** Stands where a spare record has no task: what it held must be free to go. */
const NOTHING = undefined as never

/**
 * What a task set knows of a task: which command, which blocks, whom it waits for. Used again for one task after
 * another; the fields are the task set's.
 */
export class TaskRecord<Self> {
  task: Task = NOTHING
  itl: TaskPlace<Self> = NOTHING
  /** The task's tag; the task itself is not looked at after its end. */
  tag = 0
  attribute: TaskAttribute = TaskAttribute.simple
  /** Undefined when the unit has no such command; `unknown` says why. */
  row: CommandRow | undefined
  unknown: Unknown | undefined
  cdb: CdbView<Cdb> | undefined
  readonly cdbBytes = new Uint8Array(CDB_BYTES)
  state: ExecutionState = ExecutionState.spare
  readonly account = new CommandAccount()
  /** The tasks before and after it in its set. */
  older: Self | undefined
  newer: Self | undefined
  /** Grows with every task of the set. */
  sequence = 0
  /** Rank in the ordering matrix; `FREE` while it holds no blocks. */
  rank = FREE
  /** First block of its range, and the block after the last. */
  firstBlock = 0
  endBlock = 0
  /** How many tasks it waits for, and those that wait for it. */
  blockers = 0
  readonly dependents: Self[] = []
  /** Called when nothing of the task is left: by whoever aborted it. */
  readonly leavers: (() => void)[] = []
  readonly #cdbView = dataView(this.cdbBytes)

  /** Takes a task: what command it is and which blocks it concerns. */
  begin(task: Task, itl: TaskPlace<Self>): void {
    this.state = moved(this.state, ExecutionState.dormant)
    this.task = task
    this.itl = itl
    this.tag = task.tag
    this.attribute = task.attribute
    const { cdbBytes } = this
    const { cdb } = task
    const length = cdb.length < CDB_BYTES ? cdb.length : CDB_BYTES
    for (let i = 0; i < length; i++) cdbBytes[i] = cdb[i] as number
    const found = itl.tasks.type.commands.find(cdbBytes)
    if (typeof found === 'string') this.unknown = found
    else this.#use(found)
    this.account.begin(itl.unit.account.clock, itl.rows, this.row?.places ?? operationPlaces.other)
  }

  #use(row: CommandRow): void {
    const { unit } = this.itl
    if (row.when !== undefined && !row.when(unit)) {
      this.unknown = row.absence
      return
    }
    this.row = row
    const cdb = row.cdb.view(this.#cdbView)
    this.cdb = cdb
    if (!touchesBlocks(row.rank)) return
    if (row.range === undefined) {
      this.setRange(row.rank, 0, Number.POSITIVE_INFINITY)
      return
    }
    const { lba, blocks } = row.range(cdb, unit)
    if (blocks > 0) this.setRange(row.rank, lba, lba + blocks)
  }

  /** Names the blocks that the task holds, or none with the rank `FREE`. */
  setRange(rank: number, firstBlock: number, endBlock: number): void {
    this.rank = rank
    this.firstBlock = firstBlock
    this.endBlock = endBlock
  }

  /** How many bytes of the medium the blocks are that its CDB names. */
  get rangeBytes(): number {
    const bytes = (this.endBlock - this.firstBlock) * this.itl.unit.blockSizeBytes
    return this.rank === FREE || bytes === Number.POSITIVE_INFINITY ? 0 : bytes
  }

  /** Whether both touch a block. */
  overlaps(other: TaskRecord<Self>): boolean {
    return this.firstBlock < other.endBlock && other.firstBlock < this.endBlock
  }

  /** Empties the record after the task has left its set. */
  reset(): void {
    this.state = moved(this.state, ExecutionState.spare)
    this.account.leave()
    this.task = NOTHING
    this.itl = NOTHING
    this.row = undefined
    this.unknown = undefined
    this.cdb = undefined
    this.rank = FREE
    this.blockers = 0
    if (this.leavers.length > 0) this.leavers.length = 0
  }
}
