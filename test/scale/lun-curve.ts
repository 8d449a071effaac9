import { median } from '../bench/statistics.ts'

/** So many LUNs that were added one after another are taken together. */
export const STRETCH = 100

/** A stretch of LUNs that were added one by one. */
type Stretch = {
  /** How many LUNs there were before it. */
  readonly from: number
  /** How long each of them took, in milliseconds. */
  readonly tookMs: number[]
}

/** How long it takes to add one LUN more, by how many there are. */
export class LunCurve {
  readonly #stretches: Stretch[] = []

  /** Notes how long it took to add one, in milliseconds, where there were so many. */
  note(luns: number, tookMs: number): void {
    const last = this.#stretches.at(-1)
    if (last === undefined || last.tookMs.length === STRETCH) this.#stretches.push({ from: luns, tookMs: [tookMs] })
    else last.tookMs.push(tookMs)
  }

  /** The median of the last stretch, in milliseconds. */
  get lastMs(): number {
    return medianOf(this.#stretches.at(-1))
  }

  /** How many times as long the last stretch took as the second: in the first the code was not compiled yet. */
  get rise(): number {
    return this.lastMs / medianOf(this.#stretches[1])
  }

  /** It in a line. */
  get described(): string {
    const stretches = this.#stretches.map(stretch => `${medianOf(stretch).toFixed(2)} from LUN ${stretch.from}`)
    return `${stretches.join(', ')} (medians of ${STRETCH}, in ms)`
  }
}

/** Runs something; how long it took, in milliseconds. */
export async function timed(running: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await running()
  return performance.now() - startedMs
}

const medianOf = (stretch: Stretch | undefined): number => median(stretch?.tookMs ?? [])
