import type { Point } from './history.ts'
import type { Load } from './load.ts'

/** What a chart draws of a load; undefined where nothing is known. */
export type ValueOf = (load: Load) => number | undefined

/** Where a chart ends: its width in seconds, its height, and the value at its top. */
export interface ChartFrame {
  readonly seconds: number
  readonly height: number
  readonly top: number
  /** The time at its right edge, milliseconds of the clock. */
  readonly nowMs: number
}

/** Points that are further apart are not joined: nobody looked in between. */
const JOINED_MS = 10_000

type Place = readonly [x: number, y: number]

/** What is drawn without a break: runs of points that follow each other. */
function runsOf(points: readonly Point[], valueOf: ValueOf, frame: ChartFrame): readonly (readonly Place[])[] {
  const runs: Place[][] = []
  let lastMs = Number.NEGATIVE_INFINITY
  for (const { atMs, load } of points) {
    const value = load === undefined ? undefined : valueOf(load)
    if (value === undefined) continue
    const place = placeOf(atMs, value, frame)
    const run = runs.at(-1)
    if (run === undefined || atMs - lastMs > JOINED_MS) runs.push([place])
    else run.push(place)
    lastMs = atMs
  }
  return runs
}

/** Where a value at a time is: from the left, and from the top. */
export function placeOf(atMs: number, value: number, { seconds, height, top, nowMs }: ChartFrame): Place {
  const x = seconds - (nowMs - atMs) / 1000
  return [Math.round(x * 10) / 10, Math.round((1 - value / top) * height * 10) / 10]
}

const joined = (run: readonly Place[]): string => run.map(([x, y]) => `${x} ${y}`).join('L')

/** A line through points, as the `d` of a path. One that stands alone is a dot. */
export function lineOf(points: readonly Point[], valueOf: ValueOf, frame: ChartFrame): string {
  return runsOf(points, valueOf, frame)
    .map(run => `M${joined(run)}${run.length === 1 ? 'h0.1' : ''}`)
    .join('')
}

/** What lies below that line. */
export function areaOf(points: readonly Point[], valueOf: ValueOf, frame: ChartFrame): string {
  const { height } = frame
  return runsOf(points, valueOf, frame)
    .map(run => `M${run[0]?.[0] ?? 0} ${height}L${joined(run)}L${run.at(-1)?.[0] ?? 0} ${height}Z`)
    .join('')
}

const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]
/** A line is not drawn at the very edge. */
const ROOM = 1.05

/** The next larger number that is round: the top of a chart. */
export function roundTop(value: number): number {
  if (value <= 0) return 1
  const wanted = value * ROOM
  const power = 10 ** Math.floor(Math.log10(wanted))
  return (STEPS.find(step => step * power >= wanted) ?? 10) * power
}
