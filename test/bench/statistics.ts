/** Several rounds of one figure. */
export type Spread = {
  readonly median: number
  readonly low: number
  readonly high: number
}

/**
 * The value in the middle; of an even number of values, the mean of the two in the middle.
 *
 * @throws RangeError when there are no values, or one is not a number
 */
export function median(values: readonly number[]): number {
  if (values.length === 0 || values.some(Number.isNaN)) throw new RangeError(`no median of [${values.join(', ')}]`)
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] as number
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] as number
  return (upper + lower) / 2
}

/** Median, least and greatest. */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) }
}
