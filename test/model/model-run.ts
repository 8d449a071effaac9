import fc from 'fast-check'
import { NEXUSES, UNITS_IN_PLAY } from './draft.ts'
import { Model } from './model.ts'
import { Served, type ServedOptions, UNIT_KINDS, type UnitKindName } from './served.ts'
import { STEPS, type Step, settle } from './step.ts'
import { UnitModel } from './unit-model.ts'

/** How a series of cases is run. */
export interface ModelRunOptions extends ServedOptions {
  readonly cases: number
  readonly seed: number
  /** Where in the series to begin, as fast-check says it. */
  readonly path?: string
  /** No new case begins after this time. */
  readonly timeLimitMs?: number
  /** Whether the smallest case is looked for that goes wrong; else the first one does. */
  readonly shrink?: boolean
}

/** The steps of a case at most. */
const LONGEST_CASE = 40

const unitKinds = fc.shuffledSubarray<UnitKindName>([...UNIT_KINDS], {
  minLength: UNITS_IN_PLAY,
  maxLength: UNITS_IN_PLAY,
})
const steps = fc.commands<Model, Served, false>(STEPS, { maxCommands: LONGEST_CASE, size: 'max' })

/**
 * Runs random cases until one cannot be explained.
 * @throws Error that says how to run the smallest such case again, and what happened in it
 */
export async function runModel(options: ModelRunOptions): Promise<number> {
  const { seed, path, cases, timeLimitMs = Number.POSITIVE_INFINITY, shrink = true } = options
  const endsAtMs = performance.now() + timeLimitMs
  let done = 0
  let served: Served | undefined
  let model: Model | undefined
  let trace: readonly string[] = []
  const property = fc.asyncProperty(unitKinds, fc.boolean(), steps, async (kinds, heard, commands) => {
    // Not by fast-check, which would leave a case in its midst.
    if (performance.now() > endsAtMs) return
    done++
    const target = (served ??= await Served.start(options))
    try {
      model = await begin(target, kinds, heard)
      await fc.asyncModelRun(() => ({ model: model as Model, real: target }), commands)
      for (const unit of model.units) await settle(unit, target)
    } catch (error) {
      trace = model?.trace ?? []
      // What is left of a target that did wrong tells nothing any more.
      served = undefined
      await target[Symbol.asyncDispose]().catch(() => undefined)
      throw error
    }
  })
  const details: fc.RunDetails<[UnitKindName[], boolean, Iterable<Step>]> = await fc.check(property, {
    seed,
    ...(path !== undefined && { path }),
    numRuns: cases,
    endOnFailure: !shrink,
  })
  await served?.[Symbol.asyncDispose]()
  if (!details.failed) return done
  throw new Error(
    [
      `case ${details.counterexamplePath} of seed ${details.seed}, after ${details.numShrinks} shrinks: ${String(details.errorInstance)}`,
      `steps: ${[...(details.counterexample?.[2] ?? [])].map(step => step.toString()).join('\n')}`,
      ...trace,
      `Again: LUNKIT_MODEL_SEED=${details.seed} LUNKIT_MODEL_PATH=${String(details.counterexamplePath).split(':')[0]} npm run test:model`,
    ].join('\n'),
  )
}

/** A model and a target at the beginning of a case: all nexuses are there, and have heard of the power on or not. */
async function begin(served: Served, kinds: readonly UnitKindName[], heard: boolean): Promise<Model> {
  const units = [...kinds, undefined].map(kind => new UnitModel(served.factsOf(kind)))
  await served.begin(units.map(({ facts }) => facts))
  const model = new Model(units)
  for (let nexus = 0; nexus < NEXUSES; nexus++) {
    await served.login(nexus)
    model.loggedIn(nexus)
    if (!heard) continue
    for (const unit of units) {
      if (unit.facts.absent) continue
      await served.session(nexus).lun(unit.facts.lun).ready()
      unit.change(state => ({ ...state, attentions: { ...state.attentions, [nexus]: [] } }))
    }
  }
  return model
}
