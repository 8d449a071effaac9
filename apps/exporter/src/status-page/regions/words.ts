import { type Element, element } from '../markup.ts'
import { fixed } from '../number-text.ts'
import { shownText } from '../shown-text.ts'

/** A name that somebody else has chosen: it may read from right to left without turning what is beside it. */
export const name = (text: string, attributes: Readonly<Record<string, string>> = {}): Element =>
  element('bdi', attributes, shownText(text))

const DAY = 'YYYY-MM-DD'.length
const SECONDS = 'YYYY-MM-DDTHH:MM:SS'.length

/** A time of UTC: its day where that is not today's, and its seconds. */
export function time(iso: string, now: Date): Element {
  const [day, clock] = [iso.slice(0, DAY), iso.slice(DAY + 1, SECONDS)]
  const isToday = day === now.toISOString().slice(0, DAY)
  return element('time', { datetime: iso, title: iso }, isToday ? clock : `${day} ${clock}`)
}

/** What stands where nothing is known. */
export const unknown = (): Element => element('span', { class: 'dim' }, '–')

/** A number of a column; where it is nothing it steps back, and where it is not known too. */
export function figure(value: number | undefined, decimals: number): Element | string {
  if (value === undefined) return unknown()
  const text = fixed(value, decimals)
  return value === 0 ? element('span', { class: 'dim' }, text) : text
}

/** Decimals of columns: commands of a second, megabytes of a second, milliseconds. */
export const DECIMALS = { iops: 0, megabytes: 2, milliseconds: 3 } as const

/** Bytes a second in a column of megabytes. */
export const megabytesFigure = (bytes: number | undefined): Element | string =>
  figure(bytes === undefined ? undefined : bytes / 1e6, DECIMALS.megabytes)
