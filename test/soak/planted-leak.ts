import { openSync } from 'node:fs'
import type { DiskServer } from 'lunkit'

/** What each edit of what is served may leave behind, for a test. */
export const PlantedLeak = { row: 'row', descriptor: 'descriptor', heap: 'heap' } as const
export type PlantedLeak = (typeof PlantedLeak)[keyof typeof PlantedLeak]

const HEAP_NUMBERS = 100_000
const kept: unknown[] = []

const LEAKS: Readonly<Record<PlantedLeak, (server: DiskServer) => void>> = {
  row: ({ statistics }) => void kept.push(statistics.blocks.units.row({ unit: `leak ${kept.length}` })),
  descriptor: () => void openSync('/dev/null', 'r'),
  heap: () => void kept.push(new Array(HEAP_NUMBERS).fill(kept.length)),
}

/** Leaves something behind. */
export function leak(what: PlantedLeak | undefined, server: DiskServer): void {
  if (what !== undefined) LEAKS[what](server)
}
