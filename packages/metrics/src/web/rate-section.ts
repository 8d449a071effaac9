import type { RateLimit } from './web-config.ts'
import type { RateSection } from './web-document.ts'

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** What a section says; undefined: there is no limit. */
export function rateOf({ interval = 0, burst = 0 }: RateSection = {}): RateLimit | undefined {
  const parts = String(interval).matchAll(/(?<number>[\d.]+)(?<unit>[a-zµ]+)/g)
  let intervalMs = 0
  for (const { groups } of parts) intervalMs += Number(groups?.['number']) * (UNIT_MS[groups?.['unit'] ?? ''] ?? 0)
  return intervalMs > 0 ? { intervalMs, burst } : undefined
}
