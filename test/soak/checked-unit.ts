import { BlockImage } from './block-image.ts'
import { type BlockRange, Ledger, type ReadTicket } from './ledger.ts'
import type { Report } from './report.ts'
import type { UnitPlan } from './unit-plan.ts'
import { Presence, type UnitCondition, UnitStage } from './unit-stage.ts'

/** The part of a unit that one load has for itself, and what it holds. */
export class CheckedUnit {
  readonly plan: UnitPlan
  readonly range: BlockRange
  readonly image: BlockImage
  /** Replaced when the medium is empty again; what began before counts for nothing then. */
  ledger = new Ledger()
  readonly #report: Report
  #stage: UnitStage

  constructor(plan: UnitPlan, range: BlockRange, report: Report) {
    this.plan = plan
    this.range = range
    this.image = new BlockImage(plan.lun, plan.blockSizeBytes)
    this.#report = report
    this.#stage = new UnitStage({ presence: Presence.there, leastBlocks: plan.blocks, mostBlocks: plan.blocks })
  }

  /** What the target may make of it now. */
  get stage(): UnitStage {
    return this.#stage
  }

  /** From now on the target may make something else of it. */
  expect(condition: UnitCondition): void {
    this.#stage = this.#stage.followedBy(condition)
  }

  /** Its process has started anew. */
  restarted(): void {
    if (this.plan.volatile) this.ledger = new Ledger()
  }

  /** Compares what a read returned with what the blocks may hold. `where` is said of what is wrong. */
  check({ lba, data, ticket, ledger }: CheckedRead, where: string): void {
    const { blockSizeBytes, name } = this.plan
    const blocks = data.length / blockSizeBytes
    for (let block = 0; block < blocks; block++) {
      const at = lba + block
      const bytes = data.subarray(block * blockSizeBytes, (block + 1) * blockSizeBytes)
      const content = this.image.recognize(at, bytes)
      if ('wrong' in content) this.#report.find(`${name} block ${at} ${where}: ${content.wrong}`)
      else if (!ledger.found(at, content.generation, ticket))
        this.#report.find(
          `${name} block ${at} ${where}: generation ${content.generation}, it can only be ${ledger.possible(at).join(' or ')}`,
        )
    }
    this.#report.count('blocksChecked', blocks)
  }
}

/** What a read returned, and when it began by which ledger. */
export interface CheckedRead {
  readonly lba: number
  readonly data: Uint8Array
  readonly ticket: ReadTicket
  readonly ledger: Ledger
}
