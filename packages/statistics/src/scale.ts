/** Each power of two is cut into so many buckets of one width: what is told of one lies within 3.1 % of all that is in it. */
const PER_OCTAVE = 16
const PER_OCTAVE_BITS = 4
/** 0.95 µs and 128 s: what is below or above is counted, and told as these. */
const LOWEST_EXPONENT = -20
const HIGHEST_EXPONENT = 7
const LOWEST_SECONDS = 2 ** LOWEST_EXPONENT
const HIGHEST_SECONDS = 2 ** HIGHEST_EXPONENT

const EXPONENT_BIAS = 1023
/** The upper half of a double, without all but four bits of its fraction, is exponent and bucket in one number. */
const FRACTION_SHIFT = 20 - PER_OCTAVE_BITS
const FIRST = ((EXPONENT_BIAS + LOWEST_EXPONENT) << PER_OCTAVE_BITS) - 1

/** How many buckets a histogram has: the first for what is too short, the last for what is too long. */
export const BUCKETS = (HIGHEST_EXPONENT - LOWEST_EXPONENT) * PER_OCTAVE + 2

// All machines that lunkit runs on have the upper half of a double behind the lower one.
const double = new Float64Array(1)
const halves = new Uint32Array(double.buffer)

/** The bucket of a duration: log-linear. What is no number is too short. */
export function bucketOf(seconds: number): number {
  if (!(seconds >= LOWEST_SECONDS)) return 0
  if (seconds >= HIGHEST_SECONDS) return BUCKETS - 1
  double[0] = seconds
  return ((halves[1] as number) >>> FRACTION_SHIFT) - FIRST
}

/** Where a bucket begins, in seconds. */
export function lowerBound(bucket: number): number {
  if (bucket === 0) return 0
  const steps = bucket - 1
  const octave = 2 ** (LOWEST_EXPONENT + Math.floor(steps / PER_OCTAVE))
  return octave * (1 + (steps % PER_OCTAVE) / PER_OCTAVE)
}

/** Where a bucket ends, in seconds: what lasts as long belongs to the next one. */
export const upperBound = (bucket: number): number =>
  bucket === BUCKETS - 1 ? Number.POSITIVE_INFINITY : lowerBound(bucket + 1)

/** What is told of a duration in a bucket: as far from either end, in proportion. */
export function toldOf(bucket: number): number {
  if (bucket === 0) return LOWEST_SECONDS
  if (bucket === BUCKETS - 1) return HIGHEST_SECONDS
  const [low, high] = [lowerBound(bucket), lowerBound(bucket + 1)]
  return (2 * low * high) / (low + high)
}
