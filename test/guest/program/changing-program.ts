import { setTimeout as delay } from 'node:timers/promises'
import { createTarget, type LunkitTarget, type NewTargetOptions, type TargetEvent } from 'lunkit'
import type { SeededRandom } from '../../harness/seeded-random.ts'
import type { TargetAddress } from '../../harness/target-address.ts'
import { same } from '../../tree/same.ts'
import { MadeDisks, programDisk } from './made-disks.ts'
import { type ChangeChoice, HOSTS, portalAt } from './program-change.ts'
import { anyChange } from './program-changes.ts'
import { type Part, ProgramModel, storageOf } from './program-model.ts'
import { wrongSights } from './program-sights.ts'
import { rightView, viewOf } from './program-view.ts'
import { programTarget } from './target-changes.ts'

const MOST_TARGETS = 5
const MOST_INITIATORS = 4
/** Between two changes, so that a load meets them one by one. */
const MOST_PAUSE_MS = 150
/** How a change ends that is made. */
const DONE = 'done'

/** A target that somebody uses all the time, whose disk is its LUN 0. */
export interface UsedTarget {
  readonly name: string
  /** What of it may change. */
  readonly changes: readonly Part[]
  readonly path: string
  readonly sizeBytes: number
}

/** How changes went that were all made. */
export interface ChangesMade {
  readonly refused: number
  /** Of those that were refused too. */
  readonly longestChangeMs: number
}

/** A program that serves with `createTarget`, and changes by a seed all that is not in use of what it serves. */
export class ChangingProgram implements AsyncDisposable {
  readonly #target: LunkitTarget
  readonly #choice: ChangeChoice
  readonly #names: readonly string[]
  readonly #events: readonly TargetEvent[]

  private constructor({ target, model, events }: ServedTargets, choice: ChangeChoice) {
    this.#target = target
    this.#choice = choice
    this.#names = [...model.targets.keys(), ...choice.names]
    this.#events = events
  }

  /** Serves targets that are used; files that come later lie in `directory`. */
  static async start(
    used: readonly [UsedTarget, ...UsedTarget[]],
    { random, directory }: { readonly random: SeededRandom; readonly directory: string },
  ): Promise<ChangingProgram> {
    const served = await serve(used)
    const { target, model } = served
    const made = new MadeDisks(random, directory)
    return new ChangingProgram(served, {
      model,
      server: target.server,
      random,
      newDisk: () => made.next(),
      names: Array.from({ length: MOST_TARGETS }, (_, number) => `${target.name}.${number}`),
      initiators: Array.from({ length: MOST_INITIATORS }, (_, number) => `${target.name}.host${number}`),
      takenPort: target.address.port,
    })
  }

  /** Where LUN 0 of a target in use is. */
  addressOf({ name: iqn }: UsedTarget): TargetAddress {
    const { host, port } = this.#target.address
    return { host, port, iqn, lun: 0 }
  }

  /** The sizes in bytes of the LUNs of a target in use, by number, as the model has them. */
  lunsOf({ name }: UsedTarget): Readonly<Record<number, number>> {
    return this.#choice.model.seen(name, HOSTS[0], '') ?? {}
  }

  /** The names of all targets that discovery is to tell of. */
  get discovered(): string[] {
    return this.#choice.model.discovered.map(each => each.split(' ')[0] as string)
  }

  /** How sessions of a target have ended so far. */
  endsOf({ name }: UsedTarget): string[] {
    return this.#events.flatMap(event =>
      event.kind === 'sessionEnded' && event.session.targetName === name ? event.why : [],
    )
  }

  /**
   * Makes so many changes one after the other, with pauses, and whatever is refused beside.
   *
   * @throws Error that says what was not done, or not refused, or has left what it should not
   */
  async changeOften(changes: number): Promise<ChangesMade> {
    let refused = 0
    let longestChangeMs = 0
    for (let made = 0; made < changes; ) {
      const startedMs = performance.now()
      if (await this.change()) made += 1
      else refused += 1
      longestChangeMs = Math.max(longestChangeMs, performance.now() - startedMs)
      await delay(this.#choice.random.below(MOST_PAUSE_MS))
    }
    return { refused, longestChangeMs }
  }

  /**
   * Makes a change, which must be done or refused as the model says, and leave all else as it is.
   *
   * @returns whether it was one that is done
   * @throws Error that says what is not
   */
  async change(): Promise<boolean> {
    const { model, server } = this.#choice
    const { title, make, refusal, follow } = anyChange(this.#choice)
    const answer = await make().then(() => DONE, String)
    if (!answer.includes(refusal ?? DONE)) throw new Error(`${title}: ${answer}; right is ${refusal ?? DONE}`)
    if (refusal === undefined) follow()
    same(title, viewOf(server, this.#names), rightView(model, this.#names))
    return refusal === undefined
  }

  /** What initiators see that they should not, or do not see. */
  async wrongSights(): Promise<string[]> {
    const { server, model, initiators } = this.#choice
    return await wrongSights({ server, model, initiators, names: this.#names })
  }

  /** @throws {Error} when a disk could not be flushed, or transfer memory is not given back. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#target[Symbol.asyncDispose]()
    same('transfer memory', this.#target.server.transferMemoryUsedBytes, 0)
  }
}

/** What is served, and what it is by the model. */
interface ServedTargets {
  readonly target: LunkitTarget
  readonly model: ProgramModel
  /** What goes on, to which more is added. */
  readonly events: readonly TargetEvent[]
}

/** The first target is the program's own, the others are added to its server. */
async function serve([first, ...others]: readonly [UsedTarget, ...UsedTarget[]]): Promise<ServedTargets> {
  const model = new ProgramModel()
  const events: TargetEvent[] = []
  const host = HOSTS[0]
  const optionsOf = (each: UsedTarget): NewTargetOptions => {
    const disk = programDisk('used', each)
    model.targets.set(each.name, programTarget(each.name, { disks: [disk], host, inUse: each.changes }))
    return { name: each.name, luns: [storageOf(disk)], portal: portalAt(host) }
  }
  const target = await createTarget({ ...optionsOf(first), listener: event => void events.push(event) })
  for (const each of others) await target.server.addTarget(optionsOf(each))
  return { target, model, events }
}
