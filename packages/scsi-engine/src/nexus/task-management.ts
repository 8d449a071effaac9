import { Sense, type SenseCode } from '@lunkit/scsi'
import {
  Status,
  TaskManagementFunction,
  type TaskManagementRequest,
  TaskManagementResponse,
} from '@lunkit/scsi/transport'
import type { AskingNexus } from '../commands/asking-nexus.ts'
import { Drain } from '../task/drain.ts'
import type { TaskExecution } from '../task/task-execution.ts'
import type { TaskSet } from '../task/task-set.ts'
import type { ITLNexus } from './itl-nexus.ts'
import type { ToldNexus, Topology } from './topology.ts'

/** The nexus that asks for a function, as the function knows it. */
export interface ManagedNexus extends AskingNexus, ToldNexus {
  /** The unit behind a number; a unit that says that it is not there when there is none. */
  find(lun: number): ITLNexus
  /** I_T nexus loss (SAM-5 6.3). */
  lose(drain: Drain): void
}

/** A task management function in the making: who asked, for what, of which unit. */
interface Asked {
  readonly nexus: ManagedNexus
  readonly request: TaskManagementRequest
  readonly topology: Topology
}

interface AskedOfUnit extends Asked {
  readonly itl: ITLNexus
}

/** A response, or undefined when the drain gives it. */
type Respond = TaskManagementResponse | undefined
type UnitFunction = (asked: AskedOfUnit, drain: Drain) => Respond

const { complete, succeeded, rejected, incorrectLun, taskDoesNotExist } = TaskManagementResponse

/** The functions that concern one logical unit. */
const unitFunctions: Readonly<Partial<Record<TaskManagementFunction, UnitFunction>>> = {
  [TaskManagementFunction.abortTask]: abortTask,
  [TaskManagementFunction.abortTaskSet]: ({ itl, nexus }, drain) => {
    itl.tasks.abort({ which: task => task.nexus === nexus, end: silently, drain })
    return undefined
  },
  [TaskManagementFunction.clearTaskSet]: clearTaskSet,
  // NORMACA is zero: there is no auto contingent allegiance to clear (SAM-5 7.4).
  [TaskManagementFunction.clearAca]: () => rejected,
  [TaskManagementFunction.logicalUnitReset]: ({ itl, nexus }, drain) => {
    reset(itl.tasks, Sense.busDeviceResetFunctionOccurred, { nexus, drain })
    return undefined
  },
  [TaskManagementFunction.queryTask]: ({ itl, nexus, request }) =>
    itl.tasks.has(task => task.nexus === nexus && task.tag === request.tag) ? succeeded : complete,
  [TaskManagementFunction.queryTaskSet]: ({ itl, nexus }) =>
    itl.tasks.has(task => task.nexus === nexus) ? succeeded : complete,
  [TaskManagementFunction.queryAsyncEvent]: ({ itl }) => (itl.attentions.length > 0 ? succeeded : complete),
}

/** The functions that concern the whole target, or the nexus. */
const targetFunctions: Readonly<Partial<Record<TaskManagementFunction, (asked: Asked, drain: Drain) => void>>> = {
  [TaskManagementFunction.targetWarmReset]: (asked, drain) =>
    resetTarget(asked, Sense.busDeviceResetFunctionOccurred, drain),
  [TaskManagementFunction.targetColdReset]: (asked, drain) => {
    const { nexus, topology } = asked
    resetTarget(asked, Sense.powerOnResetOrBusDeviceResetOccurred, drain)
    for (const other of topology.nexusesOfTarget(nexus.name.targetName)) if (other !== nexus) other.listener.reset?.()
  },
  [TaskManagementFunction.iTNexusReset]: ({ nexus }, drain) => nexus.lose(drain),
}

/** Runs a task management function (SAM-5 7, RFC 7143 11.5 and RFC 7144). */
export function manage(nexus: ManagedNexus, request: TaskManagementRequest, topology: Topology): void {
  const ofTarget = targetFunctions[request.function]
  const ofUnit = unitFunctions[request.function]
  if (ofUnit) return manageUnit(ofUnit, { nexus, request, topology })
  const drain = new Drain(topology.services.timers, () => request.done(ofTarget ? complete : rejected))
  ofTarget?.({ nexus, request, topology }, drain)
  drain.seal()
}

function manageUnit(run: UnitFunction, asked: Asked): void {
  const { nexus, request, topology } = asked
  const itl = nexus.find(request.lun)
  const { unit } = itl
  let response: TaskManagementResponse = incorrectLun
  const drain = new Drain(topology.services.timers, () => {
    if (!request.unasked) unit.account.managed(request.function, response)
    request.done(response)
  })
  const endedFormer = abortFormer(asked, drain)
  if (unit.type.exists) response = run({ ...asked, itl }, drain) ?? complete
  if (endedFormer > 0 && OTHERWISE_NOTHING.has(response)) response = complete
  drain.seal()
}

/** There was nothing to be done at what is behind the number now. */
const OTHERWISE_NOTHING: ReadonlySet<TaskManagementResponse> = new Set([incorrectLun, taskDoesNotExist])

/** Which tasks of the nexus at what it saw before by the number a function ends too: those would be answered after it. */
const formerEnds: Readonly<
  Partial<Record<TaskManagementFunction, (task: TaskExecution, request: TaskManagementRequest) => boolean>>
> = {
  [TaskManagementFunction.abortTask]: (task, { tag }) => task.tag === tag,
  [TaskManagementFunction.abortTaskSet]: () => true,
  [TaskManagementFunction.clearTaskSet]: () => true,
  [TaskManagementFunction.logicalUnitReset]: () => true,
}

/** @returns how many had not ended. */
function abortFormer({ nexus, request }: Asked, drain: Drain): number {
  const ends = formerEnds[request.function]
  if (ends === undefined) return 0
  let aborted = 0
  for (const itl of nexus.former(request.lun))
    aborted += itl.tasks.abort({ which: task => task.itl === itl && ends(task, request), end: silently, drain })
  return aborted
}

function abortTask({ itl, nexus, request }: AskedOfUnit, drain: Drain): Respond {
  const which = (task: TaskExecution): boolean => task.nexus === nexus && task.tag === request.tag
  return itl.tasks.abort({ which, end: silently, drain }) > 0 ? undefined : taskDoesNotExist
}

function clearTaskSet({ itl, nexus }: AskedOfUnit, drain: Drain): Respond {
  const cleared = new Set<AskingNexus>()
  const end = (task: TaskExecution): void => {
    if (task.nexus !== nexus) cleared.add(task.nexus)
    endForAnother(task, nexus)
  }
  itl.tasks.abort({ which: () => true, end, drain })
  // Without TAS the others hear of it by an attention (SAM-5 5.6).
  if (!itl.unit.attributes.emulateTas)
    for (const { key } of cleared) itl.unit.attentions.raiseFor(key, Sense.commandsClearedByAnotherInitiator)
  return undefined
}

/** SAM-5 6.3. */
function reset(tasks: TaskSet, occurred: SenseCode, { nexus, drain }: { nexus: ManagedNexus; drain: Drain }): void {
  tasks.abort({ which: () => true, end: task => endForAnother(task, nexus), drain })
  tasks.unit.reset(occurred)
  // What the device has of the tasks ends by that.
  const { device } = tasks.unit.store
  if (device) drain.waitFor(device.reset())
}

function resetTarget({ nexus, topology }: Asked, occurred: SenseCode, drain: Drain): void {
  const { targetName } = nexus.name
  for (const tasks of topology.taskSetsOfTarget(targetName)) reset(tasks, occurred, { nexus, drain })
  for (const other of topology.nexusesOfTarget(targetName))
    for (const itl of other.former())
      itl.tasks.abort({ which: task => task.itl === itl, end: task => endForAnother(task, nexus), drain })
}

const silently = (task: TaskExecution): void => task.terminate()

/** The nexus that asked is told by the function's response; others by TASK ABORTED, if TAS says so. */
function endForAnother(task: TaskExecution, nexus: ManagedNexus): void {
  if (task.nexus !== nexus && task.unit.attributes.emulateTas) task.terminate(Status.taskAborted)
  else task.terminate()
}
