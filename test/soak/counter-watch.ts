import type { ParsedFamily } from '../harness/exposition-parser.ts'

/** Labels that say which one it is: where one goes, what it has counted goes to `_ended`. */
const WHICH_ONE = ['lun', 'target', 'initiator', 'portal', 'lane', 'thread']
/** Who has gone, and who came when as many as are told by name were there: they only grow. */
const TOTALS = ['_ended', '_other']
/** Seconds are added up in another order from scrape to scrape. */
const ROUNDING = 1e-9

type Families = ReadonlyMap<string, ParsedFamily>

/** Looks from scrape to scrape whether what only grows has gone back while one lunkitd lived. */
export class CounterWatch {
  #started: number | undefined
  #before: ReadonlyMap<string, number> = new Map()

  /** What has gone back since the scrape before this one, in words. */
  look(families: Families): string[] {
    const started = families.get('lunkit_start_time_seconds')?.samples[0]?.value
    if (started === undefined) return ['lunkit_start_time_seconds is not there']
    const now = sumsOf(families)
    const before = started === this.#started ? this.#before : new Map<string, number>()
    this.#started = started
    this.#before = now
    return [...before].flatMap(([series, was]) => {
      const is = now.get(series) ?? 0
      return is < was * (1 - ROUNDING) ? [`${series} went from ${was} back to ${is}`] : []
    })
  }
}

/** The sums of all that only grows, over those that may go; and what is told of those that have gone. */
function sumsOf(families: Families): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { type, samples } of families.values()) {
    if (type === 'gauge') continue
    for (const { name, labels, value } of samples) {
      const entries = Object.entries(labels)
      const kept = entries.filter(([label]) => !WHICH_ONE.includes(label))
      const which = entries.filter(([label]) => WHICH_ONE.includes(label))
      const isTotal = which.length > 0 && which.every(([, of]) => TOTALS.includes(of))
      for (const each of isTotal ? [kept, entries] : [kept]) {
        const series = name + JSON.stringify(Object.fromEntries(each))
        sums.set(series, (sums.get(series) ?? 0) + value)
      }
    }
  }
  return sums
}
