/** What is watched for growth; both sizes are without V8's young generation (heap-size.ts). */
export type Gauge = 'residentBytes' | 'heapBytes' | 'openFiles' | 'threads' | 'rows'

/** What was seen at one time; `progress` is the part of the run that is over, 0 to 1. */
export type GaugeSample = Readonly<Record<Gauge, number>> & { readonly progress: number }

/** How much of a gauge is noise: a part of it, and an amount. */
interface Bound {
  readonly factor: number
  readonly slack: number
}

const MIB = 2 ** 20

/** How far the median of the last quarter may be above that of the second. */
const BOUNDS: Readonly<Record<Gauge, Bound>> = {
  // Chance decides when the last pages of the slab and of the RAM disk are touched for the first time.
  residentBytes: { factor: 1.1, slack: 32 * MIB },
  // Between two full collections the old generation grows.
  heapBytes: { factor: 1.25, slack: 8 * MIB },
  // Sessions come and go while one looks.
  openFiles: { factor: 1, slack: 4 },
  threads: { factor: 1, slack: 2 },
  // A unit under load has its own only while it is there.
  rows: { factor: 1, slack: 16 },
}

/** The median of a quarter of the run; the first is 0. */
export function quarterMedian(samples: readonly GaugeSample[], quarter: number, gauge: Gauge): number {
  const values = samples
    .filter(({ progress }) => Math.min(3, Math.floor(progress * 4)) === quarter)
    .map(sample => sample[gauge])
    .sort((a, b) => a - b)
  const median = values[Math.floor(values.length / 2)]
  if (median === undefined) throw new Error(`there is no sample of ${gauge} in quarter ${quarter + 1}`)
  return median
}

/** What has grown from the second quarter to the last, in words; nothing when all is flat. */
export function growth(samples: readonly GaugeSample[]): string[] {
  return (Object.entries(BOUNDS) as [Gauge, Bound][]).flatMap(([gauge, { factor, slack }]) => {
    const before = quarterMedian(samples, 1, gauge)
    const after = quarterMedian(samples, 3, gauge)
    const limit = before * factor + slack
    return after <= limit
      ? []
      : [`${gauge} grew from ${before} in the second quarter to ${after} in the last; ${Math.round(limit)} is the most`]
  })
}
