import type { Family } from '../families/family.ts'

/** How metrics are written. */
export const Format = {
  /** Prometheus' text format, 0.0.4. */
  text: 'text',
  /** OpenMetrics 1.0.0. */
  openMetrics: 'openMetrics',
} as const
export type Format = (typeof Format)[keyof typeof Format]

/** What of a family stands before its samples. */
type Named = Pick<Family, 'name' | 'help'> & { readonly type: Family['type'] | 'untyped' }

/** What stands before the samples of a family: OpenMetrics knows a counter by its name without `_total`, and has `unknown` for what is untyped. */
export function headOf({ name, type, help }: Named, format: Format): string {
  const isOpen = format === Format.openMetrics
  const told = isOpen && type === 'counter' ? name.replace(/_total$/, '') : name
  return `# HELP ${told} ${help}\n# TYPE ${told} ${isOpen && type === 'untyped' ? 'unknown' : type}\n`
}

/** What a client of HTTP can read: OpenMetrics where its `Accept` names it first, or as good. */
export function formatFor(accept: string): Format {
  const weightOf = (type: string): number => {
    const named = accept.split(',').find(each => each.split(';')[0]?.trim().toLowerCase() === type)
    if (named === undefined) return 0
    const weight = Number(/;\s*q\s*=\s*(?<weight>[\d.]+)/.exec(named)?.groups?.['weight'] ?? 1)
    return Number.isNaN(weight) ? 0 : weight
  }
  const openMetrics = weightOf('application/openmetrics-text')
  return openMetrics > 0 && openMetrics >= weightOf('text/plain') ? Format.openMetrics : Format.text
}
