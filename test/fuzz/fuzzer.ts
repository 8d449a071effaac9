import { SeededRandom } from '../harness/seeded-random.ts'
import { Area, type FuzzCase } from './cases/case.ts'
import { anyCase, type Making } from './cases/generation.ts'
import { wholeTranscripts } from './cases/transcripts.ts'
import { Corpus } from './corpus.ts'
import { Finding, FindingKind } from './finding.ts'
import { runDecoder } from './run-decoder.ts'
import { LiveRunner } from './run-live.ts'
import { World, type WorldOptions } from './world/world.ts'

/** Cases that share one world; with the next one everything is made anew. */
const CASES_A_WORLD = 200

/** What is fuzzed, and how. */
export interface FuzzOptions {
  readonly seed: number
  readonly areas: readonly Area[]
  readonly digests?: boolean
  readonly world?: WorldOptions
}

/** A finding with the cases that led to it: the last one, and those before it in the same world. */
export interface Found {
  readonly finding: Finding
  readonly cases: readonly FuzzCase[]
}

/** A run of the fuzzer: makes cases, runs them, learns from what they show. */
export class Fuzzer implements AsyncDisposable {
  readonly #options: FuzzOptions
  readonly #making: Making
  /** What was seen and the cases that showed it, by area. */
  readonly corpora = new Map<Area, Corpus>()
  #runner: LiveRunner | undefined
  #history: FuzzCase[] = []
  /** Cases that were run, by area. */
  readonly ran = new Map<Area, number>()

  constructor(options: FuzzOptions) {
    this.#options = options
    this.#making = { random: new SeededRandom(options.seed), digests: options.digests ?? false }
    for (const area of options.areas) {
      this.corpora.set(area, new Corpus())
      this.ran.set(area, 0)
    }
    for (const [i, whole] of wholeTranscripts.entries())
      if (this.corpora.has(whole.area)) this.corpora.get(whole.area)?.add(whole, new Set([`transcript ${i}`]))
  }

  get cases(): number {
    return [...this.ran.values()].reduce((sum, ran) => sum + ran, 0)
  }

  /** How many different things were seen. */
  get features(): number {
    return [...this.corpora.values()].reduce((sum, corpus) => sum + corpus.features, 0)
  }

  /** An error came out where nothing catches it: it belongs to the case that runs. */
  threw(error: unknown): void {
    const finding = new Finding(FindingKind.threw, stackOf(error), error)
    if (!this.#runner) throw finding
    this.#runner.world.wrong(finding)
  }

  /** Tries one case more; answers with what is wrong, if something is. */
  async next(): Promise<Found | undefined> {
    const { random } = this.#making
    const area = random.pick(this.#options.areas)
    const corpus = this.corpora.get(area) as Corpus
    const fuzzCase = anyCase(this.#making, area, corpus.cases)
    const features = new Set<string>()
    this.ran.set(area, (this.ran.get(area) ?? 0) + 1)
    try {
      if (fuzzCase.area === Area.decoder) runDecoder(fuzzCase, words => features.add(words))
      else await this.#runLive(fuzzCase, features)
    } catch (error) {
      const finding = error instanceof Finding ? error : new Finding(FindingKind.threw, stackOf(error), error)
      const cases = fuzzCase.area === Area.decoder ? [fuzzCase] : this.#history
      this.#forget()
      return { finding, cases }
    }
    corpus.add(fuzzCase, features)
    return undefined
  }

  async #runLive(fuzzCase: Exclude<FuzzCase, { area: 'decoder' }>, features: Set<string>): Promise<void> {
    if (this.#history.length >= CASES_A_WORLD) {
      await this.#runner?.world[Symbol.asyncDispose]()
      this.#forget()
    }
    this.#history.push(fuzzCase)
    this.#runner ??= new LiveRunner(new World(this.#options.world))
    this.#runner.world.feature = words => features.add(words)
    await this.#runner.run(fuzzCase)
  }

  /** A world in which something went wrong is not used again, nor ended: what is stuck there would be waited for. */
  #forget(): void {
    this.#runner = undefined
    this.#history = []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runner?.world[Symbol.asyncDispose]()
    this.#runner = undefined
  }
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

/** Runs cases in a world of their own. @throws {Finding} for whatever is wrong. */
export async function replay(cases: readonly FuzzCase[], world: WorldOptions = {}): Promise<void> {
  let runner: LiveRunner | undefined
  for (const fuzzCase of cases) {
    if (fuzzCase.area === Area.decoder) runDecoder(fuzzCase, () => {})
    else {
      runner ??= new LiveRunner(new World(world))
      await runner.run(fuzzCase)
    }
  }
  await runner?.world[Symbol.asyncDispose]()
}
