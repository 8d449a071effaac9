/** Three digits or more, and none that nobody needs: 0.052, 1.24, 12.4, 1,240. */
export function digits(value: number): string {
  if (value === 0) return '0'
  if (value >= 1000) return grouped(Math.round(value))
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3)
}

const GROUPS = /\B(?=(?:\d{3})+$)/g

/** A whole number with commas: 12,400. */
export const grouped = (value: number): string => String(value).replace(GROUPS, ',')

/** A number of a column: all of them have as many decimals, so that they can be compared at a glance; `<0.01` where that shows none. */
export function fixed(value: number, decimals: number): string {
  const least = 10 ** -decimals
  if (value > 0 && value < least / 2) return `<${least.toFixed(decimals)}`
  const [whole = '', part] = value.toFixed(decimals).split('.')
  return part === undefined ? whole.replace(GROUPS, ',') : `${whole.replace(GROUPS, ',')}.${part}`
}

/** Bytes a second in megabytes. */
export const megabytes = (bytes: number): string => digits(bytes / 1e6)

/** Seconds in milliseconds. */
export const milliseconds = (seconds: number): string => digits(seconds * 1000)

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** A capacity in the largest unit that it has one of: 1.5 TiB. */
export function capacity(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 2 ** (10 * power)
  return `${Number.isInteger(value) ? grouped(value) : digits(value)} ${SIZES[power] ?? ''}`
}

const SPANS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const

/** How long something is, in its two largest units: 3 d 4 h. */
export function span(seconds: number): string {
  const at = SPANS.findIndex(([, each]) => seconds >= each)
  const [unit, each] = SPANS[at] ?? ['s', 1]
  const whole = `${Math.floor(seconds / each)} ${unit}`
  const [smaller, ofIt] = SPANS[at + 1] ?? []
  if (at === -1 || smaller === undefined || ofIt === undefined) return whole
  return `${whole} ${Math.floor((seconds % each) / ofIt)} ${smaller}`
}

/** How many there are: 1 session, 2 sessions. */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
