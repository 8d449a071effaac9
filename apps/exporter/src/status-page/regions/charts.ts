import { areaOf, type ChartFrame, lineOf, roundTop, type ValueOf } from '../chart-line.ts'
import { UNKNOWN, valuesOf } from '../chart-values.ts'
import { HISTORY_MS, type Point } from '../history.ts'
import type { Load } from '../load.ts'
import { content, type Element, element, type Markup } from '../markup.ts'
import { counted, digits, megabytes, milliseconds } from '../number-text.ts'

/** A line of a chart: its name, and what it is. */
interface Series {
  readonly name: string
  readonly value: ValueOf
}

/** A chart: two lines over the last minutes. */
interface Chart {
  readonly title: string
  readonly unit: string
  /** The first has its area filled, the second is a line: they differ in more than their colour. */
  readonly series: readonly [Series, Series]
  readonly text: (value: number) => string
}

const CHARTS: readonly Chart[] = [
  {
    title: 'Operations',
    unit: 'a second',
    text: digits,
    series: [
      { name: 'read', value: ({ reads }) => reads },
      { name: 'write', value: ({ writes }) => writes },
    ],
  },
  {
    title: 'Throughput',
    unit: 'MB/s',
    text: megabytes,
    series: [
      { name: 'read', value: ({ readBytes }) => readBytes },
      { name: 'write', value: ({ writtenBytes }) => writtenBytes },
    ],
  },
  {
    title: 'Latency',
    unit: 'ms',
    text: milliseconds,
    series: [
      { name: 'mean', value: ({ meanSeconds }) => meanSeconds },
      { name: 'p99', value: ({ p99Seconds }) => p99Seconds },
    ],
  },
]

const MS_A_MINUTE = 60_000
/** How far back charts go, in minutes: no further than there is something to see. */
const MINUTES = [1, 2, HISTORY_MS / MS_A_MINUTE] as const
const HEIGHT = 100
/** Into so many parts the keyboard goes through a chart: as often as is looked, in the shortest. */
const STEPS = 30

/** What goes on at all LUNs together, drawn. */
export function chartsRegion(points: readonly Point[], nowMs: number): readonly Markup[] {
  const young = points.filter(({ atMs }) => atMs >= nowMs - HISTORY_MS)
  const oldestMs = nowMs - (young.find(({ load }) => load !== undefined)?.atMs ?? nowMs)
  const minutes = MINUTES.find(each => oldestMs <= each * MS_A_MINUTE) ?? MINUTES[2]
  return content(CHARTS.map(chart => chartMarkup(chart, young, { nowMs, minutes })))
}

const known = (points: readonly Point[], valueOf: ValueOf): readonly number[] =>
  points.flatMap(({ load }) => (load === undefined ? [] : (valueOf(load) ?? [])))

/** The time that a chart shows. */
interface Window {
  readonly nowMs: number
  readonly minutes: number
}

function chartMarkup(chart: Chart, points: readonly Point[], { nowMs, minutes }: Window): Element {
  const { title, unit, series, text } = chart
  const largest = Math.max(0, ...series.flatMap(({ value }) => known(points, value)))
  const frame: ChartFrame = { seconds: minutes * 60, height: HEIGHT, top: roundTop(largest), nowMs }
  const now = points.at(-1)?.load
  const says = series.map(({ name, value }) => `${name} ${saidOf(now, value, text)}`).join(', ')
  const windowText = `in the last ${counted(minutes, 'minute')}`
  const label = `${title}, ${unit}, ${windowText}: now ${says}; the largest was ${text(largest)}`
  return element(
    'figure',
    {},
    element('figcaption', {}, element('strong', {}, title), element('span', { class: 'dim' }, ` ${unit}`)),
    element(
      'ul',
      { class: 'legend' },
      series.map((each, at) => legendOf(each, at, saidOf(now, each.value, text))),
    ),
    element(
      'div',
      { class: 'plot' },
      element(
        'span',
        { class: 'top', 'aria-hidden': 'true' },
        largest === 0 ? '' : text(frame.top).replace(TRAILING_ZEROS, ''),
      ),
      drawing(chart, points, { frame, label }),
      pointer(`${title}, ${unit}, at a time ${windowText}`, frame.seconds),
      element('span', { class: 'said', 'aria-hidden': 'true' }),
      element(
        'div',
        { class: 'ticks', 'aria-hidden': 'true' },
        element('span', {}, `${minutes} min ago`),
        element('span', {}, 'now'),
      ),
    ),
  )
}

function saidOf(now: Load | undefined, value: ValueOf, text: Chart['text']): string {
  const said = now === undefined ? undefined : value(now)
  return said === undefined ? UNKNOWN : text(said)
}

/** The top of a chart is round. */
const TRAILING_ZEROS = /\.0+$|(?<=\.\d+?)0+$/
const KINDS = ['first', 'second'] as const

const legendOf = ({ name }: Series, at: number, said: string): Element =>
  element('li', { class: KINDS[at] ?? '' }, element('span', {}, name), ' ', element('strong', {}, said))

/** Who points there is told what there was, by a script; without one it is not shown. */
const pointer = (label: string, seconds: number): Element =>
  element('input', {
    type: 'range',
    min: String(-seconds),
    max: '0',
    step: String(seconds / STEPS),
    value: '0',
    'aria-label': label,
  })

function drawing(
  { series: [first, second], text }: Chart,
  points: readonly Point[],
  { frame, label }: { readonly frame: ChartFrame; readonly label: string },
): Element {
  const { seconds, height } = frame
  return element(
    'svg',
    {
      viewBox: `0 0 ${seconds} ${height}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
      'data-values': valuesOf(points, { values: [first.value, second.value], text }, frame),
    },
    element('path', { class: 'grid', d: `M0 0H${seconds}M0 ${height / 2}H${seconds}M0 ${height}H${seconds}` }),
    element('path', { class: 'first area', d: areaOf(points, first.value, frame) }),
    element('path', { class: 'first', d: lineOf(points, first.value, frame) }),
    element('path', { class: 'second', d: lineOf(points, second.value, frame) }),
    element('path', { class: 'mark', d: '' }),
    element('path', { class: 'dots', d: '' }),
  )
}
