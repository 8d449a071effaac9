/** A part of a piece that is all zeroes, or is not. */
export interface Run {
  readonly from: number
  readonly to: number
  readonly isZero: boolean
}

/** As long as a piece at the most. */
const ZEROES = Buffer.alloc(1024 * 1024)

function isZero(data: Uint8Array): boolean {
  for (let from = 0; from < data.length; from += ZEROES.length) {
    const part = data.subarray(from, from + ZEROES.length)
    if (!ZEROES.subarray(0, part.length).equals(part)) return false
  }
  return true
}

/** The runs of a piece, by grains; what is left behind the last whole grain is a grain too. */
export function* zeroRuns(data: Uint8Array, grainBytes: number): Generator<Run, void> {
  let run: { from: number; to: number; isZero: boolean } | undefined
  for (let from = 0; from < data.length; from += grainBytes) {
    const to = Math.min(from + grainBytes, data.length)
    const zero = isZero(data.subarray(from, to))
    if (run?.isZero === zero) run.to = to
    else {
      if (run) yield run
      run = { from, to, isZero: zero }
    }
  }
  if (run) yield run
}
