import { BasicHeader, pduOf } from '@lunkit/pdu'
import { dataView } from '@lunkit/wire'
import { Area, Door, type FuzzCase, type LiveCase, type PduStep, type Step } from './cases/case.ts'
import { setBits } from './cases/field-value.ts'
import { Finding, type FindingKind } from './finding.ts'
import { replay } from './fuzzer.ts'
import type { WorldOptions } from './world/world.ts'

/** How often a smaller version is tried. */
const MOST_TRIES = 600

/** Makes what was found as small as it gets while a finding of the same kind, or of one of several, comes of it. */
export class Shrinking {
  readonly #kinds: readonly FindingKind[]
  readonly #world: WorldOptions
  #tries = 0

  constructor(kinds: readonly FindingKind[], world: WorldOptions = {}) {
    this.#kinds = kinds
    this.#world = world
  }

  /** The smallest cases that were found to show it; undefined where it does not come again at all. */
  async shrink(cases: readonly FuzzCase[]): Promise<readonly FuzzCase[] | undefined> {
    const last = cases.slice(-1)
    const start = (await this.#shows(last)) ? last : cases
    if (start !== last && !(await this.#shows(start))) return undefined
    let smallest = await this.#fewer(start, each => each)
    for (let at = 0; at < smallest.length; at++) smallest = await this.#smallerCase(smallest, at)
    return smallest
  }

  async #shows(cases: readonly FuzzCase[]): Promise<boolean> {
    this.#tries++
    try {
      await replay(cases, this.#world)
      return false
    } catch (error) {
      return error instanceof Finding && this.#kinds.includes(error.kind)
    }
  }

  get #spent(): boolean {
    return this.#tries >= MOST_TRIES
  }

  /** Drops parts, large ones first. */
  async #fewer<T>(all: readonly T[], whole: (parts: readonly T[]) => readonly FuzzCase[]): Promise<readonly T[]> {
    let kept = all
    for (let length = Math.ceil(kept.length / 2); length >= 1 && !this.#spent; length = Math.floor(length / 2)) {
      for (let at = 0; at < kept.length && !this.#spent; ) {
        const without = kept.toSpliced(at, length)
        if (without.length > 0 && (await this.#shows(whole(without)))) kept = without
        else at += length
      }
    }
    return kept
  }

  async #smallerCase(cases: readonly FuzzCase[], at: number): Promise<readonly FuzzCase[]> {
    let all = cases
    const put = (fuzzCase: FuzzCase) => all.with(at, fuzzCase)
    const attempt = async (fuzzCase: FuzzCase): Promise<void> => {
      if (!this.#spent && (await this.#shows(put(fuzzCase)))) all = put(fuzzCase)
    }
    const current = () => all[at] as FuzzCase
    const first = current()
    if (first.area === Area.decoder) {
      await attempt({ ...first, cuts: [] })
      return all
    }
    await attempt({ ...first, cuts: [] })
    await attempt({ ...(current() as LiveCase), door: Door.memory })
    const steps = await this.#fewer(first.steps, parts => put({ ...(current() as LiveCase), steps: parts }))
    await attempt({ ...(current() as LiveCase), steps })
    for (let step = 0; step < steps.length; step++)
      for (const simpler of simplerSteps) await attempt(withStep(current() as LiveCase, step, simpler))
    return all
  }
}

const withStep = (fuzzCase: LiveCase, at: number, simpler: (step: Step) => Step): LiveCase => ({
  ...fuzzCase,
  steps: fuzzCase.steps.with(at, simpler(fuzzCase.steps[at] as Step)),
})

const ofPdu =
  (simpler: (step: PduStep) => PduStep) =>
  (step: Step): Step =>
    step.do === 'pdu' ? simpler(step) : step

const without = (...names: readonly (keyof PduStep)[]) =>
  ofPdu(
    step =>
      Object.fromEntries(Object.entries(step).filter(([name]) => !names.includes(name as never))) as unknown as PduStep,
  )

/** Sets a field of a header to zero, wherever it is declared. */
const zeroed = (name: string) =>
  ofPdu(step => {
    const header = Buffer.from(step.header, 'hex')
    const field = pduOf(BasicHeader.view(dataView(header)).opcode)?.fields[name]
    if (field) setBits(header, field, 0n)
    return { ...step, header: header.toString('hex') }
  })

const simplerSteps: readonly ((step: Step) => Step)[] = [
  without('gathers'),
  without('ahs', 'saysAhsWords'),
  without('saysDataBytes'),
  without('wrongDigest'),
  without('data', 'patternBytes'),
  ofPdu(step => ({ ...step, ...(step.data && { data: step.data.slice(0, 2 * Math.floor(step.data.length / 4)) }) })),
  ...['expStatSN', 'cmdSN', 'attribute', 'lun', 'targetTransferTag', 'referencedTaskTag', 'refCmdSN'].map(zeroed),
  step => (step.do === 'login' ? { ...step, keys: namesOnly(step.keys) } : step),
]

const namesOnly = (keys: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(keys).filter(([key]) => /Name$|^SessionType$/.test(key)))
