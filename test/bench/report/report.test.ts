import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Results } from '../results.ts'
import type { Sample } from '../sample.ts'
import { markdownTable, textTable } from './table.ts'
import { writeReport } from './write-report.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lunkit-report-'))
})

afterEach(() => rm(directory, { recursive: true, force: true }))

const sample = (operationsPerSecond: number): Sample => ({
  operationsPerSecond,
  bytesPerSecond: operationsPerSecond * 4096,
  p50Us: 20,
  p99Us: 40,
  p999Us: 1234.5,
  userUs: 3,
  systemUs: 5,
  cpuUs: 8,
  loadShare: 0.5,
})

const row = (name: string, ours: readonly number[], theirs: readonly number[]) => ({
  name,
  title: '4 KiB random read, depth 32',
  samples: { lunkitd: ours.map(sample), tgtd: theirs.map(sample) },
  commit: 'abc123',
  measuredAt: '2026-11-22T20:00:00.000Z',
})

const results: Results = {
  machine: {
    processor: 'Z80',
    cores: 2,
    memoryGib: 24,
    kernel: '6.18',
    node: 'v24.21.0',
    compiler: 'gcc 12',
    tgt: '1.0.85',
    directory: 'ext4 rw',
  },
  commands: ['npm run bench'],
  rows: [row('cached/4k/read/d32', [90_000, 110_000, 100_000], [20_000, 30_000, 25_000])],
}

it('prints medians, the span of the rounds, and the ratio of lunkitd to its peer', () => {
  const [, ours, theirs] = textTable(results.rows).split('\n')
  expect(ours?.split(/ {2,}/)).toEqual([
    'cached/4k/read/d32',
    'lunkitd',
    '100,000',
    '90,000 to 110,000',
    '410 MB/s',
    '20.0',
    '40.0',
    '1,235',
    '8.00',
    '3.00 + 5.00',
    '50 %',
  ])
  expect(theirs?.split(/ {2,}/).slice(2, 5)).toEqual(['25,000', '20,000 to 30,000', '4.00'])
})

it('prints as many cells in each line of Markdown', () => {
  const cells = markdownTable(results.rows)
    .split('\n')
    .map(line => line.split(' | ').length)
  expect(new Set(cells)).toEqual(new Set([12]))
})

it('writes the report with what was asked for, the machine, notes, and charts that it shows', async () => {
  const path = join(directory, 'out.md')
  await writeReport(path, results)
  await writeFile(join(directory, 'out', 'notes.md'), '## What falls short\n\nNothing, [see](../rows.md).\n')
  const daemon = { startMs: [500, 300, 310], idle: { seconds: 60, cpuMs: 40, residentBytes: 100e6 } }
  await writeReport(path, { ...results, daemon })
  const text = await readFile(path, 'utf8')
  expect(text).toContain('| cached file, 4 KiB random read, depth 32: at least 5 times tgt | 4.00 times | **no** |')
  expect(text).toContain('| from exec of lunkitd to the Login Response: under 400 ms, median of ten | 310 ms | yes |')
  expect(text).toContain('| Processor | Z80, 2 cores |')
  expect(text).toContain('## What falls short\n\nNothing, [see](rows.md).\n')
  expect(text).toContain('median 310 ms of 3 (300 to 500)')
  expect(text).toContain('abc123')
  const shown = [...text.matchAll(/\(out\/([\w-]+\.svg)\)/g)].map(match => match[1])
  expect(shown.length).toBeGreaterThan(0)
  expect(await readdir(join(directory, 'out'))).toEqual(expect.arrayContaining(shown))
})

it('keeps rows that were measured before and not now, in the order of the bench', async () => {
  const path = join(directory, 'out.md')
  await writeReport(path, results)
  const later = row('cached/4k/read/d1', [1000], [500])
  await writeReport(path, { ...results, commands: ['npm run bench -- --rows d1'], rows: [later] })
  await writeReport(path, { ...results, commands: ['npm run bench'], rows: [{ ...later, commit: 'def456' }] })
  const kept = JSON.parse(await readFile(join(directory, 'out', 'results.generated.json'), 'utf8')) as Results
  expect(kept.rows.map(each => [each.name, each.commit])).toEqual([
    ['cached/4k/read/d1', 'def456'],
    ['cached/4k/read/d32', 'abc123'],
  ])
  expect(kept.commands).toEqual(['npm run bench', 'npm run bench -- --rows d1'])
})

it('writes only to a name that ends in .md', async () => {
  await expect(writeReport(join(directory, 'out'), results)).rejects.toThrow('a name that ends in .md was expected')
})
