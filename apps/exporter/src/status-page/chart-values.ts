import { type ChartFrame, placeOf, type ValueOf } from './chart-line.ts'
import type { Point } from './history.ts'

/** The lines of a chart, and how their values are said. */
export interface Valued {
  readonly values: readonly ValueOf[]
  readonly text: (value: number) => string
}

/** What is said of a value that nobody knows. */
export const UNKNOWN = '–'

/**
 * What a chart was at each of its points, for the page to say where somebody points at it.
 *
 * @returns JSON: for each point, the oldest first, how far from the left it is, how far from the top each line is then (null where it is not
 * known), and what its value is, in words
 */
export function valuesOf(points: readonly Point[], { values, text }: Valued, frame: ChartFrame): string {
  const told = points.flatMap(({ atMs, load }) => {
    if (load === undefined) return []
    const found = values.map(each => each(load))
    if (found.every(each => each === undefined)) return []
    const [x] = placeOf(atMs, 0, frame)
    const heights = found.map(each => (each === undefined ? null : placeOf(atMs, each, frame)[1]))
    return [[x, heights, found.map(each => (each === undefined ? UNKNOWN : text(each)))]]
  })
  return JSON.stringify(told)
}
