/** What is compared: p50, p99 and p99.9. */
export const QUANTILES = [0.5, 0.99, 0.999] as const

/** How far a histogram may be from the exact percentile. */
const TOLERANCE = 0.05
/** What is shorter is told as this, or less. */
const SHORTEST_SECONDS = 1e-6

/** A histogram beside the samples that it was given. */
export interface Comparison {
  readonly what: string
  readonly count: number
  readonly samples: number
  /** The quantiles in seconds, as the histogram tells them. */
  readonly told: readonly number[]
  /** Those of the samples. */
  readonly exact: readonly number[]
}

/** In words, where a histogram and its samples differ. */
export const inexact = ({ what, count, samples, told, exact }: Comparison): string[] => [
  ...(count === samples ? [] : [`${what}: has ${count} of ${samples} samples`]),
  ...QUANTILES.flatMap((quantile, at) =>
    isNear(told[at] as number, exact[at] as number)
      ? []
      : [`${what}: the quantile ${quantile} is told as ${told[at]} s, right is ${exact[at]} s`],
  ),
]

const isNear = (told: number, exact: number): boolean =>
  exact < SHORTEST_SECONDS ? told <= SHORTEST_SECONDS : Math.abs(told / exact - 1) <= TOLERANCE
