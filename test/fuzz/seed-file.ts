import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FuzzCase } from './cases/case.ts'
import type { Finding } from './finding.ts'

/** What was found, as a file keeps it. */
export interface Seed {
  readonly found: string
  readonly cases: readonly FuzzCase[]
}

const FIRST_LINES = 3

/** Writes a finding down, so that it can be had again; answers where. */
export function writeSeed(directory: string, name: string, finding: Finding, cases: readonly FuzzCase[]): string {
  const found = finding.message.split('\n', FIRST_LINES).join('\n')
  const seed: Seed = { found, cases }
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${finding.kind}-${name}.json`)
  writeFileSync(path, `${JSON.stringify(seed, undefined, 2)}\n`)
  return path
}
