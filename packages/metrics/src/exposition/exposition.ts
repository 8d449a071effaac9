import { Gauge, Registry } from 'prom-client'
import { type Compat, compatText } from '../compat/compat.ts'
import { countedGroups } from '../families/counted-families.ts'
import { type Inventory, inventoryFamilies } from '../families/inventory-families.ts'
import { SCRAPE_DURATION, UP } from '../families/own-families.ts'
import type { ToldMetrics } from '../told-metrics.ts'
import { type Writing, writeCounted } from './counted-text.ts'
import { Format, headOf } from './format.ts'
import type { InitiatorBound } from './initiator-bound.ts'
import { joined, labelText } from './label-text.ts'
import { TextBytes } from './text-bytes.ts'

/** What lunkitd has told, and how long that took. */
export interface Reading {
  /** Undefined: it was not reached. */
  readonly told: ToldMetrics | undefined
  readonly durationSeconds: number
}

/**
 * Writes what lunkitd has told. What of it comes by the ten thousand is written here, line by line; the exporter's own is a matter of
 * prom-client, which closes what is written too.
 */
export class Exposition {
  readonly #bound: InitiatorBound
  readonly #compat: readonly Compat[]
  /** How much was written last: a scrape is about as large as the one before. */
  #lastBytes = 0

  /** Initiators are told by name as far as this bound has them; `compat` are exporters whose names are told too. */
  constructor(bound: InitiatorBound, compat: readonly Compat[] = []) {
    this.#bound = bound
    this.#compat = compat
  }

  /** All metrics of a reading, in a format, in UTF-8. */
  async bytes(reading: Reading, format: Format): Promise<Uint8Array> {
    const out = new TextBytes(this.#lastBytes)
    if (reading.told !== undefined) this.#writeDaemon(this.#bound.bounded(reading.told), reading, { format, out })
    out.write(await ownText(reading, format))
    this.#lastBytes = out.written.length
    return out.written
  }

  #writeDaemon(told: ToldMetrics, { durationSeconds }: Reading, writing: Writing): void {
    for (const family of inventoryFamilies)
      writing.out.write(headOf(family, writing.format) + inventorySamples(family, told.inventory))
    writeCounted(countedGroups, told.counters, writing)
    writing.out.write(compatText(this.#compat, { durationSeconds, told }, writing.format))
  }
}

function inventorySamples(family: (typeof inventoryFamilies)[number], inventory: Inventory): string {
  const { name, labels } = family
  const lines = family.samples(inventory).map(([values, value]) => {
    const text = joined(
      ...labels.map((label, at) => {
        const given = values[at]
        return given === undefined ? '' : labelText(label, given)
      }),
    )
    return text === '' ? `${name} ${value}\n` : `${name}{${text}} ${value}\n`
  })
  return lines.join('')
}

/** The type of each format in HTTP. */
export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  [Format.text]: Registry.PROMETHEUS_CONTENT_TYPE,
  [Format.openMetrics]: Registry.OPENMETRICS_CONTENT_TYPE,
}

/** What the exporter knows by itself. */
function ownText({ told, durationSeconds }: Reading, format: Format): Promise<string> {
  const registry = format === Format.text ? new Registry() : openMetricsRegistry()
  for (const [{ name, help }, value] of [
    [UP, Number(told !== undefined)],
    [SCRAPE_DURATION, durationSeconds],
  ] as const)
    new Gauge({ name, help, registers: [registry] }).set(value)
  return registry.metrics()
}

function openMetricsRegistry(): Registry {
  const registry = new Registry()
  // What its type says of registries it says of none that is written in OpenMetrics.
  const other = registry as unknown as Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>
  other.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  return registry
}
