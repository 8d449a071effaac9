import { type Lanes, storeLimits } from '@lunkit/backstores'
import type { Storage } from 'lunkit'
import type { SeededRandom } from '../harness/seeded-random.ts'

/** The time between two deaths of a series: half of this to one and a half. */
const LIFE_MS = 3000
const DEATHS_OF_A_SERIES = 6
/** Between two series: lanes that live so long are started again without a wait, as if they had never died. */
const CALM_MS = storeLimits.restartForgetMs + 5000

/** Ends worker lanes, one after the other. */
export class LaneKiller {
  readonly #random: SeededRandom
  #lanes: Lanes | undefined
  #deaths = 0
  #timer = setTimeout(() => this.#kill(), LIFE_MS)

  constructor(random: SeededRandom) {
    this.#random = random
  }

  /** How many it has ended. */
  get deaths(): number {
    return this.#deaths
  }

  /** Takes the lanes aside when a file is opened with them. */
  watched(storage: Storage): Storage {
    return {
      ...storage,
      open: resources => {
        this.#lanes = resources.lanes()
        return storage.open(resources)
      },
    }
  }

  /** Lanes live from now on. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  #kill(): void {
    const lanes = this.#lanes
    // One that is on its way back already has to be waited for.
    if (lanes?.isHealthy) {
      lanes.terminate(this.#random.below(lanes.count))
      this.#deaths++
    }
    const seriesEnds = this.#deaths % DEATHS_OF_A_SERIES === 0
    const lifeMs = LIFE_MS * (0.5 + this.#random.next() / 2 ** 32)
    this.#timer = setTimeout(() => this.#kill(), seriesEnds ? CALM_MS : lifeMs)
  }
}
