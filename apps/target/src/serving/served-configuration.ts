import { difference, emptyPlan, type PlanStep, type ServingPlan, type StoragePlan } from '@lunkit/config'
import { type Applied, type DiskEvent, DiskServer, type DiskServerOptions, type Step, type StepFailure } from 'lunkit'
import type { OpenPlans } from '../files/judged-files.ts'
import type { Logger } from '../log/logger.ts'
import type { MountMemory } from '../state/mount-memory.ts'
import type { TargetPortIds } from '../state/target-port-ids.ts'
import { whyOf } from '../why.ts'
import type { DiskFaults } from './disk-faults.ts'
import { noteMount } from './disk-mounts.ts'
import { FixedSetting } from './fixed-setting.ts'
import { loginProof } from './group-settings.ts'
import { withSidecars } from './lane-placement.ts'
import { limitOptions, withFittingConnections } from './limits.ts'
import type { MeantConfiguration } from './meant-configuration.ts'
import type { OpenDisks } from './open-disks.ts'
import { OpeningProgress, type TellProgress } from './opening-progress.ts'
import { ServingEnds } from './serving-ends.ts'
import { logDisk } from './summary.ts'
import { targetPorts } from './target-ports.ts'
import { type StepKnowledge, treeStep } from './tree-steps.ts'

/** What is served needs beside a configuration. */
export interface ServingSurroundings {
  readonly log: Logger
  readonly mounts: MountMemory
  readonly faults: DiskFaults
  readonly ports: TargetPortIds
  /** Aborted when lunkitd is to end: what is only being opened need not be. */
  readonly ending: AbortSignal
  /** Is told how far changes are that take a while. */
  readonly progress?: TellProgress
}

/** What came of a change of what is served. */
export interface ServedChange extends Applied {
  /** How many steps it took. */
  readonly steps: number
  /** Those of the plan, in order. */
  readonly taken: readonly PlanStep[]
  /** Disks that could not be opened, where they were to be left out then. */
  readonly leftOut: readonly { readonly disk: string; readonly why: string }[]
}

/** What lunkitd serves, and how it becomes what a configuration says. A start is a change from nothing. */
export class ServedConfiguration {
  readonly server: DiskServer
  readonly #surroundings: ServingSurroundings
  #plan: ServingPlan
  /** Its storage objects, when somebody has asked for them. */
  #ofPlan: ReadonlySet<StoragePlan> | undefined
  /** Why disks of the plan could not be opened, in words, by key. */
  readonly #failures = new Map<string, string>()
  /** Transfer memory and lanes are given to a server when it is made. */
  readonly #transferMemoryBytes: number | undefined
  readonly #lanes: number
  readonly #laneCpus: string | undefined

  /** What holds for the whole server it has from the configuration that is served first. */
  constructor(first: ServingPlan, options: DiskServerOptions, surroundings: ServingSurroundings) {
    const { limits, lanes, laneCpus, lanePlacement, pollUs, discovery } = first
    const { transferMemoryBytes } = limitOptions(limits)
    this.#surroundings = surroundings
    this.#transferMemoryBytes = transferMemoryBytes
    this.#lanes = lanes
    this.#laneCpus = laneCpus?.join()
    this.#plan = { ...emptyPlan, limits, lanes, laneCpus, lanePlacement, pollUs, discovery }
    const diskListener = (disk: string, event: DiskEvent): void => {
      options.diskListener?.(disk, event)
      this.#heard(disk, event)
    }
    const threads = { lanes, ...(laneCpus && { laneCpus }), lanePlacement: withSidecars(lanePlacement), pollUs }
    const all = { ...options, ...limitOptions(limits), ...threads, discovery: loginProof(discovery), diskListener }
    this.server = new DiskServer(withFittingConnections(all, first.storage.length, surroundings.log))
  }

  /** The plan that is served. */
  get plan(): ServingPlan {
    return this.#plan
  }

  /** The disks of the plan that are open now. */
  get disks(): OpenDisks {
    const { tree } = this.server
    return { has: key => tree.disk(key) !== undefined }
  }

  /** Why a disk of the plan is not open, in words; undefined where it is, or nobody has tried. */
  whyNotOpen(key: string): string | undefined {
    return this.server.tree.disk(key) === undefined ? this.#failures.get(key) : undefined
  }

  /** The plans of the disks that are open now. */
  get openPlans(): OpenPlans {
    const { tree } = this.server
    this.#ofPlan ??= new Set(this.#plan.storage)
    const planned = this.#ofPlan
    return { has: plan => planned.has(plan) && tree.disk(plan.key) !== undefined }
  }

  /**
   * Serves what a configuration means. What cannot be opened is named in the log, and the rest is served without it.
   * @returns how long disks took to be opened, in milliseconds
   */
  async start(meant: MeantConfiguration): Promise<number> {
    const planned = difference(this.#plan, meant.plan)
    const opening = this.#opening(planned)
    const steps = this.#steps(planned, meant, opening)
    this.#serve(meant.plan)
    await this.#leavingOut(steps, meant)
    await this.#opened(new Set(meant.plan.storage.map(({ key }) => key)))
    await this.#retainPorts()
    return opening.tookMs
  }

  /**
   * Serves what another configuration means, all of it or nothing, or with `leavesOut` without the disks and portals that cannot be
   * opened. What could not be opened before, and is to be served still, is tried again.
   * @throws {StepError} for what cannot be done, {FixedSetting} for what no server changes while it serves, {ServingEnds} when lunkitd is ending; nothing has
   * changed then.
   */
  async change(meant: MeantConfiguration, { leavesOut = false } = {}): Promise<ServedChange> {
    if (this.#surroundings.ending.aborted) throw new ServingEnds()
    this.#refuseFixed(meant.plan)
    const planned = difference(this.#plan, meant.plan)
    const failures: StepFailure[] = []
    const leaveOut = (failure: StepFailure): void => void failures.push(failure)
    const applied = await this.server.tree.apply(this.#steps(planned, meant), leavesOut ? { leaveOut } : {})
    for (const failure of failures) this.#sayLeftOut(failure, meant)
    this.#serve(meant.plan)
    await this.#surroundings.faults.closed(applied.flushFailures)
    const leftOut = disksOf(failures)
    const again = await this.#retry(meant, new Set(leftOut.map(({ disk }) => disk)))
    await this.#opened(new Set([...touchedDisks(planned), ...again]))
    await this.#retainPorts()
    return { ...applied, steps: planned.length, taken: planned, leftOut }
  }

  /**
   * Has a disk that is open be written again after a flush that failed; that is kept when this resolves, or the log says why not.
   * @throws {StepError} where it is not open.
   */
  async clearFault(disk: string): Promise<void> {
    await this.server.tree.apply([{ kind: 'clearFault', disk }])
    await this.#surroundings.faults.settled()
  }

  #serve(plan: ServingPlan): void {
    this.#plan = plan
    this.#ofPlan = undefined
  }

  #refuseFixed(plan: ServingPlan): void {
    const { transferMemoryBytes } = limitOptions(plan.limits)
    refuseOther('lunkit.limits.transfer_memory_bytes', transferMemoryBytes, this.#transferMemoryBytes)
    refuseOther('lunkit.lanes', plan.lanes, this.#lanes)
    refuseOther('lunkit.lane_cpus', plan.laneCpus?.join(), this.#laneCpus)
  }

  /** Tries again what could not be opened before, with what its plan says now; answers which disks that were. */
  async #retry(meant: MeantConfiguration, tried: ReadonlySet<string>): Promise<readonly string[]> {
    const leftOut = this.server.tree.leftOut.filter(step => !('disk' in step && tried.has(step.disk)))
    if (leftOut.length === 0) return []
    const keys = new Set(leftOut.flatMap(step => (step.kind === 'openDisk' ? [step.disk] : [])))
    const disks = this.#plan.storage
      .filter(({ key }) => keys.has(key))
      .map((plan): PlanStep => ({ kind: 'openDisk', disk: plan.key, plan }))
    const portals = leftOut.filter(({ kind }) => kind === 'openPortal')
    await this.#leavingOut([...this.#steps(disks, meant), ...portals], meant)
    return [...keys]
  }

  async #leavingOut(steps: readonly Step[], meant: MeantConfiguration): Promise<void> {
    const { ending } = this.#surroundings
    const leaveOut = (failure: StepFailure): void => this.#sayLeftOut(failure, meant)
    try {
      await this.server.tree.apply(steps, { leaveOut, signal: ending })
    } catch (error) {
      // What is to end need not be opened.
      if (!ending.aborted) throw error
    }
  }

  /** Each portal that could not be opened was named in the log when it was tried. */
  #sayLeftOut({ step, error }: StepFailure, { plan }: MeantConfiguration): void {
    if (!('storage' in step)) return
    const { log } = this.#surroundings
    const { disk } = step
    this.#failures.set(disk, error.message)
    const at = plan.storage.find(({ key }) => key === disk)?.path
    log.error({ event: 'diskNotServed', disk, at, err: error }, `${disk} is not served: ${error.message}`)
  }

  #opening(steps: readonly PlanStep[]): OpeningProgress {
    return new OpeningProgress(touchedDisks(steps).length, this.#surroundings.progress ?? (() => undefined))
  }

  #steps(
    steps: readonly PlanStep[],
    { refused, portIdOf, plan }: MeantConfiguration,
    opening = this.#opening(steps),
  ): Step[] {
    const { log, mounts, faults } = this.#surroundings
    const knowledge: StepKnowledge = {
      log,
      mounts,
      faults,
      refused,
      opened: () => opening.opened(),
      portIdOf: (target, tag) => portIdOf({ target, tag }),
      limitsOf: settings => withFittingConnections(limitOptions(settings), plan.storage.length, log).limits ?? {},
    }
    return steps.map(step => treeStep(step, knowledge))
  }

  #heard(title: string, event: DiskEvent): void {
    const disk = this.server.tree.disk(title)
    if (disk) void this.#surroundings.faults.heard({ disk: title, serial: disk.unit.identity.serial }, event)
  }

  /** Groups that are no more keep their numbers, and are known to be no more. */
  async #retainPorts(): Promise<void> {
    const { log, ports } = this.#surroundings
    try {
      await ports.retain(targetPorts(this.#plan))
    } catch (error) {
      log.warn(
        { event: 'groupsNotNoted', err: error },
        `${whyOf(error)}. Which portal groups are no more is noted after the next change`,
      )
    }
  }

  /** Says of disks what they are, and remembers where their files lie. */
  async #opened(keys: ReadonlySet<string>): Promise<void> {
    const { log, mounts } = this.#surroundings
    const disks = new Map<string, string>()
    for (const plan of this.#plan.storage) {
      const disk = keys.has(plan.key) ? this.server.tree.disk(plan.key) : undefined
      if (disk === undefined) continue
      logDisk(log, plan, disk)
      // A device lies on no file system that anybody mounts.
      const isDevice = disk.store.geometry !== undefined || disk.store.device !== undefined
      if (plan.file !== undefined && !isDevice) disks.set(plan.file, plan.key)
    }
    for (const [file, before] of await mounts.remember([...disks.keys()]))
      noteMount(disks.get(file) ?? file, before, log)
    await mounts.save()
  }
}

const disksOf = (failures: readonly StepFailure[]): ServedChange['leftOut'] =>
  failures.flatMap(({ step, error }) => ('storage' in step ? [{ disk: step.disk, why: error.message }] : []))

/** The disks that steps have opened or changed. */
const touchedDisks = (steps: readonly PlanStep[]): string[] =>
  steps.flatMap(step =>
    step.kind === 'openDisk' || step.kind === 'replaceDisk' || step.kind === 'changeDisk' ? [step.disk] : [],
  )

/** @throws {FixedSetting} where a server that has started with one value is to have another; undefined is the default. */
function refuseOther<T extends number | string>(path: string, is: T | undefined, had: T | undefined): void {
  if (is === had) return
  throw new FixedSetting(path, {
    what: `is ${is ?? 'the default'}, and lunkitd has started with ${had ?? 'the default'}`,
    right: 'that, or to start it again',
  })
}
