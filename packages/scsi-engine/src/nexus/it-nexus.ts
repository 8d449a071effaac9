import { Sense } from '@lunkit/scsi'
import {
  type Nexus,
  NexusEnd,
  type NexusListener,
  type NexusName,
  SpecialLun,
  type Task,
  type TaskManagementRequest,
} from '@lunkit/scsi/transport'
import type { AskingNexus } from '../commands/asking-nexus.ts'
import { Drain } from '../task/drain.ts'
import { ITLNexus } from './itl-nexus.ts'
import type { LunMapping } from './lun-map.ts'
import type { TargetPort } from './target-port.ts'
import { type ManagedNexus, manage } from './task-management.ts'
import type { Topology } from './topology.ts'

/** The name of a nexus as one text, by which reservations and unit attentions are kept. */
export const nexusKey = ({ initiatorName, isid, targetName, targetPortalGroupTag }: NexusName): string =>
  `${initiatorName},i,0x${isid.toString(16).padStart(12, '0')} ${targetName},t,0x${targetPortalGroupTag.toString(16).padStart(4, '0')}`

/** An I_T nexus while a session of it lives. What outlives the session lies in the units, under its key. */
export class ITNexus implements Nexus, AskingNexus, ManagedNexus {
  readonly name: NexusName
  readonly key: string
  /** The target port that the nexus goes through. */
  readonly port: TargetPort
  readonly listener: NexusListener
  readonly #topology: Topology
  #byLun = new Map<number, ITLNexus>()
  /** The one that was found last, which is most often asked for next. */
  #last: ITLNexus | undefined
  #luns: readonly number[] = []
  readonly #absent: ITLNexus
  readonly #lunZero: ITLNexus
  readonly #wellKnown: ITLNexus
  #open = true

  constructor(name: NexusName, { port, listener, topology }: NexusParts) {
    this.name = name
    this.key = nexusKey(name)
    this.port = port
    this.listener = listener
    this.#topology = topology
    const special = (tasks: Topology['absent'], lun: number) =>
      new ITLNexus(this, lun, { tasks, writeProtected: false })
    this.#absent = special(topology.absent, SpecialLun.unaddressable)
    this.#lunZero = special(topology.lunZero, 0)
    this.#wellKnown = special(topology.wellKnown, SpecialLun.reportLuns)
  }

  /** The numbers of the logical units that the nexus sees, ascending; without special ones. */
  get luns(): readonly number[] {
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

  close(why: NexusEnd, ended: () => void): void {
    if (!this.#open) throw new Error(`nexus ${this.key} was closed twice`)
    this.#open = false
    this.#topology.closed(this)
    const drain = new Drain(this.#topology.services.timers, ended)
    if (why === NexusEnd.connectionReinstated) this.#clear(drain)
    else this.lose(drain)
    for (const { unit } of this.#all()) unit.attentions.close(this.key)
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

  /** Sees these units from now on; `told` says whether the initiator is told that its list has changed (3F/0E). */
  map(entries: readonly LunMapping[], told: boolean): void {
    const before = this.#byLun
    const after = new Map<number, ITLNexus>()
    for (const { lun, unit, writeProtected = false } of entries) {
      const old = before.get(lun)
      const same = old?.unit === unit && old.writeProtected === writeProtected
      const tasks = this.#topology.taskSetOf(unit)
      after.set(lun, same ? old : new ITLNexus(this, lun, { tasks, writeProtected }))
    }
    this.#byLun = after
    this.#last = undefined
    this.#luns = [...after.keys()].sort((a, b) => a - b)
    this.#leave(before, after)
    if (told) this.#tell(before, after)
  }

  /** What the nexus does not see any more, it cannot hold. */
  #leave(before: ReadonlyMap<number, ITLNexus>, after: ReadonlyMap<number, ITLNexus>): void {
    const seen = new Set([...after.values()].map(({ unit }) => unit))
    for (const { unit } of before.values()) {
      if (seen.has(unit)) continue
      unit.reservation.end(this.key)
      unit.attentions.close(this.key)
    }
  }

  #tell(before: ReadonlyMap<number, ITLNexus>, after: ReadonlyMap<number, ITLNexus>): void {
    const same = before.size === after.size && [...after].every(([lun, { unit }]) => before.get(lun)?.unit === unit)
    for (const itl of after.values()) {
      const old = before.get(itl.lun)
      // The WP bit is among the mode parameters.
      if (old?.unit === itl.unit && old !== itl) itl.attentions.raise(Sense.modeParametersChanged)
    }
    if (same) return
    for (const { attentions } of after.values()) attentions.raise(Sense.reportedLunsDataHasChanged)
    this.#wellKnown.attentions.raise(Sense.reportedLunsDataHasChanged)
    this.listener.lunsChanged?.()
  }

  #all(): ITLNexus[] {
    return [...this.#byLun.values(), this.#wellKnown]
  }
}

/** What a nexus is made of, beside its name. */
export interface NexusParts {
  readonly port: TargetPort
  readonly listener: NexusListener
  readonly topology: Topology
}
