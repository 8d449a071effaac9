import { readFile, writeFile } from 'node:fs/promises'
import type { DaemonCost } from './daemon-cost.ts'
import type { Machine } from './report/machine.ts'
import type { ContenderName, Row } from './rows.ts'
import type { Sample } from './sample.ts'

/** A row's samples, one a round, of everybody who was measured. */
export type RowResult = {
  readonly name: string
  readonly title: string
  readonly samples: Readonly<Partial<Record<ContenderName, readonly Sample[]>>>
  /** Where it was measured, and of what. */
  readonly commit: string
  readonly measuredAt: string
}

/** What runs of the bench have measured; rows of several runs on one machine may come together. */
export type Results = {
  readonly machine: Machine
  /** How the bench was called, each way once. */
  readonly commands: readonly string[]
  readonly rows: readonly RowResult[]
  readonly daemon?: DaemonCost
}

/** The results with what a later run has measured in place of what it measured again, in the order of the rows. */
export function merge(before: Results | undefined, after: Results, order: readonly Row[]): Results {
  const byName = new Map([...(before?.rows ?? []), ...after.rows].map(row => [row.name, row]))
  const rows = order.flatMap(({ name }) => byName.get(name) ?? [])
  return { ...before, ...after, commands: [...new Set([...(before?.commands ?? []), ...after.commands])], rows }
}

/** Reads results; undefined when there are none yet. */
export async function readResults(path: string): Promise<Results | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Results
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes results. */
export async function writeResults(path: string, results: Results): Promise<void> {
  await writeFile(path, `${JSON.stringify(results, undefined, 1)}\n`)
}
