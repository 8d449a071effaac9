const ESCAPED = /[\\"\n]/
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }

/** A value of a label as it stands between quotes, in Prometheus' text format and in OpenMetrics. */
const escaped = (value: string): string =>
  ESCAPED.test(value) ? value.replaceAll(/[\\"\n]/g, each => ESCAPES[each] as string) : value

/** `name="value"`. */
export const labelText = (name: string, value: string | number): string => `${name}="${escaped(String(value))}"`

/** Texts of labels, those that are empty left out, as one. */
export const joined = (...texts: readonly string[]): string => texts.filter(Boolean).join(',')

/** The same of two, which is done for each series. */
export const both = (first: string, second: string): string =>
  first === '' || second === '' ? first + second : `${first},${second}`

/** `scsiCommand` as metrics have it: `scsi_command`. */
export const snake = (name: string): string =>
  name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, letter => `_${letter.toLowerCase()}`)
