import { Sense } from '@lunkit/scsi'
import {
  type Nexus,
  NexusEnd,
  type NexusListener,
  type NexusName,
  SpecialLun,
  type Task,
  type TaskManagementRequest,
  type TaskManagementResponse,
} from '@lunkit/scsi/transport'
import type { AskingNexus } from '../commands/asking-nexus.ts'
import { Drain } from '../task/drain.ts'
import { ITLNexus, type NexusSeats } from './itl-nexus.ts'
import type { LunMap, LunMapping } from './lun-map.ts'
import type { TargetPort } from './target-port.ts'
import { type ManagedNexus, manage } from './task-management.ts'
import type { Topology } from './topology.ts'

/** The name of a nexus as one text, by which reservations and unit attentions are kept. */
export const nexusKey = ({ initiatorName, isid, targetName, targetPortalGroupTag }: NexusName): string =>
  `${initiatorName},i,0x${isid.toString(16).padStart(12, '0')} ${targetName},t,0x${targetPortalGroupTag.toString(16).padStart(4, '0')}`

/** Who listens to a nexus that is closed: its session must not be held by what a table of nexuses was made of. */
const NOBODY: NexusListener = { reset: () => {} }

/** An I_T nexus while a session of it lives. What outlives the session lies in the units, under its key. */
export class ITNexus implements Nexus, AskingNexus, ManagedNexus {
  readonly name: NexusName
  readonly key: string
  /** The target port that the nexus goes through. */
  readonly port: TargetPort
  listener: NexusListener
  /** Whose LUN map it sees. */
  readonly view: string
  readonly #topology: Topology
  readonly #seats: NexusSeats
  readonly #byLun = new Map<number, ITLNexus>()
  /** What is not seen any more by its number, and may have tasks that have not left. */
  readonly #former = new Set<ITLNexus>()
  /** The one that was found last, which is most often asked for next. */
  #last: ITLNexus | undefined
  /** Sorted when it is asked for. */
  #luns: readonly number[] | undefined
  readonly #absent: ITLNexus
  readonly #lunZero: ITLNexus
  readonly #wellKnown: ITLNexus
  #open = true

  constructor(name: NexusName, { port, listener, topology, seats, view = name.initiatorName }: NexusParts) {
    this.name = name
    this.view = view
    this.key = nexusKey(name)
    this.port = port
    this.listener = listener
    this.#topology = topology
    this.#seats = seats
    const special = (tasks: Topology['absent'], lun: number) =>
      new ITLNexus(this, lun, { tasks, writeProtected: false, seats })
    this.#absent = special(topology.absent, SpecialLun.unaddressable)
    this.#lunZero = special(topology.lunZero, 0)
    this.#wellKnown = special(topology.wellKnown, SpecialLun.reportLuns)
  }

  /** The numbers of the logical units that the nexus sees, ascending; without special ones. */
  get luns(): readonly number[] {
    this.#luns ??= [...this.#byLun.keys()].sort((a, b) => a - b)
    return this.#luns
  }

  /** The unit behind a number; a unit that says that it is not there when there is none. */
  find(lun: number): ITLNexus {
    if (this.#last?.lun === lun) return this.#last
    const found = this.#byLun.get(lun)
    if (!found) return this.#special(lun)
    this.#last = found
    return found
  }

  /** What the nexus saw before by a number, or by any, and where a task of it has not left. */
  *former(lun?: number): Generator<ITLNexus> {
    for (const itl of this.#former)
      if (itl.taskCount === 0) this.#former.delete(itl)
      else if (lun === undefined || itl.lun === lun) yield itl
  }

  #special(lun: number): ITLNexus {
    if (lun === 0) return this.#lunZero
    return lun === SpecialLun.reportLuns ? this.#wellKnown : this.#absent
  }

  submit(task: Task): void {
    if (!this.#open) {
      task.terminate()
      return
    }
    const itl = this.find(task.lun)
    itl.tasks.submit(task, itl)
  }

  manage(request: TaskManagementRequest): void {
    manage(this, request, this.#topology)
  }

  answered(
    { function: asked, lun }: Pick<TaskManagementRequest, 'function' | 'lun'>,
    response: TaskManagementResponse,
  ): void {
    this.find(lun).unit.account.managed(asked, response)
  }

  close(why: NexusEnd, ended: () => void): void {
    if (!this.#open) throw new Error(`nexus ${this.key} was closed twice`)
    this.#open = false
    this.listener = NOBODY
    this.#topology.closed(this)
    const drain = new Drain(this.#topology.services.timers, ended)
    if (why === NexusEnd.connectionReinstated) this.#clear(drain)
    else this.lose(drain)
    for (const { unit } of this.#all()) unit.attentions.close(this.key)
    for (const itl of [...this.#all(), this.#absent, this.#lunZero]) itl.leave()
    drain.seal()
  }

  /** I_T nexus loss (SAM-5 6.3): every task of the nexus is aborted, what it held is free, and it will be told. */
  lose(drain: Drain): void {
    for (const tasks of this.#topology.taskSets())
      tasks.abort({ which: task => task.itl.nexus === this, end: task => task.terminate(), drain })
    for (const { unit } of this.#all()) {
      unit.reservation.end(this.key)
      unit.attentions.raiseFor(this.key, Sense.iTNexusLossOccurred)
    }
  }

  /** RFC 7143 11.14.5: the tasks of a connection are gone, and each unit that had any tells of it; the nexus stays. */
  #clear(drain: Drain): void {
    for (const tasks of this.#topology.taskSets()) {
      const aborted = tasks.abort({ which: task => task.itl.nexus === this, end: task => task.terminate(), drain })
      if (aborted === 0) continue
      for (const itl of this.#all())
        if (itl.tasks === tasks) itl.attentions.raise(Sense.someCommandsClearedByIscsiProtocolEvent)
    }
  }

  /** REPORT LUNS was processed: what it reports is no news any more (SPC-5). */
  lunsReported(): void {
    for (const { attentions } of this.#all()) attentions.clear(Sense.reportedLunsDataHasChanged)
  }

  /** A session begins: sees what the map says. */
  see(map: LunMap): void {
    this.#replace(map, map.luns)
  }

  /**
   * The map that the nexus follows says something new of these numbers, which may be another map than before: its
   * initiator is told if it sees other units (3F/0E) or may write otherwise (2A/01).
   * @returns what it does not see any more.
   */
  follow(map: LunMap, luns: Iterable<number>): readonly ITLNexus[] {
    const { gone, come } = this.#replace(map, luns)
    for (const { unit } of gone) {
      if (map.lunsOf(unit).size > 0) continue
      // What the nexus does not see any more, it cannot hold.
      unit.reservation.end(this.key)
      unit.attentions.close(this.key)
    }
    if (gone.length + come > 0) this.#tellOfLuns()
    return gone
  }

  /** The numbers that the nexus sees, in no order. */
  get mapped(): Iterable<number> {
    return this.#byLun.keys()
  }

  #replace(map: LunMap, luns: Iterable<number>): { gone: ITLNexus[]; come: number } {
    const gone: ITLNexus[] = []
    let come = 0
    for (const lun of luns) {
      const before = this.#byLun.get(lun)
      const entry = map.get(lun)
      if (before && before.unit === entry?.unit) {
        protect(before, entry)
        continue
      }
      if (before) {
        before.leave()
        if (before.taskCount > 0) this.#former.add(before)
        gone.push(before)
      }
      if (entry) come++
      this.#set(lun, entry)
    }
    return { gone, come }
  }

  #set(lun: number, entry: LunMapping | undefined): void {
    if (this.#last?.lun === lun) this.#last = undefined
    this.#luns = undefined
    if (!entry) {
      this.#byLun.delete(lun)
      return
    }
    const { unit, writeProtected = false } = entry
    const tasks = this.#topology.taskSetOf(unit)
    this.#byLun.set(lun, new ITLNexus(this, lun, { tasks, writeProtected, seats: this.#seats }))
  }

  #tellOfLuns(): void {
    for (const { attentions } of this.#byLun.values()) attentions.raise(Sense.reportedLunsDataHasChanged)
    this.#wellKnown.attentions.raise(Sense.reportedLunsDataHasChanged)
    this.listener.lunsChanged?.()
  }

  #all(): ITLNexus[] {
    return [...this.#byLun.values(), this.#wellKnown]
  }
}

/** The WP bit is among the mode parameters. */
function protect(itl: ITLNexus, { writeProtected = false }: LunMapping): void {
  if (itl.writeProtected === writeProtected) return
  itl.writeProtected = writeProtected
  itl.attentions.raise(Sense.modeParametersChanged)
}

/** What a nexus is made of, beside its name. */
export interface NexusParts {
  readonly port: TargetPort
  readonly listener: NexusListener
  readonly topology: Topology
  readonly seats: NexusSeats
  /** Whose LUN map it sees; its initiator's when left out. */
  readonly view?: string | undefined
}
