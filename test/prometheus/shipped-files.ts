import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** Where a file is that comes with lunkit-exporter. */
export const shippedPlace = (path: string): string =>
  fileURLToPath(new URL(`../../apps/exporter/${path}`, import.meta.url))

/** What stands in it. */
export const shippedText = (path: string): string => readFileSync(shippedPlace(path), 'utf8')

/** How fast a test has things go, which the shipped files have at the pace of a real machine. */
export interface Pace {
  /** How often lunkit is scraped, and rules are evaluated. As it is shipped when left out. */
  readonly intervalMs?: number
  /** How many times as short all durations of rules are: `for`, and the ranges of queries. */
  readonly timesFaster: number
}

/** As it is shipped. */
export const SHIPPED_PACE: Pace = { timesFaster: 1 }

const MS_OF: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const INTERVAL = /(?<=(?:scrape|evaluation)_interval: )\w+/g
const DURATION = /(?<=\[|for: )(\d+)([smhd])/g
const HORIZON_DAYS = /(\d+) \* 86400/g

/**
 * Puts the shipped configuration and rules into a directory. Only the address of the exporter is another, and times where the pace says so.
 * @returns the path of the configuration
 */
export async function placeShipped(directory: string, { exporter, pace }: { exporter: string; pace: Pace }) {
  const path = `${directory}/prometheus.yml`
  await writeFile(path, configurationFor(exporter, pace))
  await writeFile(`${directory}/lunkit.rules.yml`, rulesAt(pace))
  return path
}

function configurationFor(exporter: string, { intervalMs }: Pace): string {
  const shipped = shippedText('prometheus/prometheus.yml').replace('127.0.0.1:9927', new URL(exporter).host)
  return intervalMs === undefined ? shipped : shipped.replaceAll(INTERVAL, `${intervalMs}ms`)
}

function rulesAt({ timesFaster }: Pace): string {
  return shippedText('prometheus/lunkit.rules.yml')
    .replaceAll(DURATION, (_, count: string, unit: string) => {
      return `${Math.ceil((Number(count) * (MS_OF[unit] ?? Number.NaN)) / timesFaster)}ms`
    })
    .replaceAll(HORIZON_DAYS, `$1 * ${86_400 / timesFaster}`)
}
