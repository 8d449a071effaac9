import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from './tracked-files.ts'

const textOf = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8')
const readme = textOf('README.md')

/** The rows of the table that begins with this head, cell by cell. */
function rowsOf(text: string, head: string): string[][] {
  const [, table = ''] = text.split(`${head}\n`)
  const lines = table.split('\n')
  return lines.slice(1, lines.indexOf('')).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}

/** Operations a second of a row of the bench, the median of its rounds. */
function measured(row: string, server: string): number {
  const { rows } = JSON.parse(textOf('docs/bench/results.generated.json')) as {
    rows: { name: string; samples: Record<string, { operationsPerSecond: number }[]> }[]
  }
  const samples = rows.find(({ name }) => name === row)?.samples[server] ?? []
  const values = samples.map(({ operationsPerSecond }) => operationsPerSecond).sort((one, other) => one - other)
  return values[Math.floor(values.length / 2)] ?? Number.NaN
}

const times = (row: string): number => measured(row, 'lunkitd') / measured(row, 'tgtd')

describe('the table of features on the front page', () => {
  const rows = rowsOf(readme, '| | lunkit | LIO | tgt | SPDK | SCST | Where it says so |')

  it('has a source for every cell that says something', () => {
    expect(rows.length).toBeGreaterThan(20)
    for (const [feature, ...cells] of rows) {
      const sources = [...(cells.pop() ?? '').matchAll(/\[(\d)\]\[/g)].map(([, number]) => Number(number))
      const saying = cells.flatMap((cell, at) => (cell === '-' ? [] : [at + 1]))
      expect({ feature, cells: cells.length, unsourced: saying.filter(each => !sources.includes(each)) }).toEqual({
        feature,
        cells: 5,
        unsourced: [],
      })
    }
  })

  it('counts the tests of libiscsi as their expectations do', () => {
    const stores = JSON.parse(textOf('test/conformance/expectations.json')) as Record<string, Record<string, string>>
    const said = rows.find(([feature]) => feature === "libiscsi's suite, 230 tests")?.[1]
    for (const results of Object.values(stores)) {
      const passed = Object.values(results).filter(each => each.startsWith('passed')).length
      const skipped = Object.values(results).filter(each => each.startsWith('skipped')).length
      expect(passed + skipped).toBe(230)
      expect(said).toBe(`${passed} pass, none fails, ${skipped} are skipped for commands that are not there`)
    }
  })

  it('has the figures of the bench, by two or three digits', () => {
    const [, ours, , theirs] = rows.at(-1) ?? []
    const rounded = (server: string) =>
      ['cached/4k/read/d32', 'cached/4k/write/d32'].map(row => Math.round(measured(row, server) / 100))
    const [oursSaid, theirsSaid] = [ours, theirs].map(cell =>
      (cell ?? '').split(', ').map(number => Number(number.replace(',', '')) / 100),
    )
    expect(oursSaid?.map(Math.round)).toEqual([
      Math.round((rounded('lunkitd')[0] ?? 0) / 10) * 10,
      rounded('lunkitd')[1],
    ])
    expect(theirsSaid).toEqual(rounded('tgtd'))
  })

  it('names the smaller of what the two load generators found', () => {
    const outside = new Map(
      rowsOf(textOf('docs/bench/notes.md'), '| 4 KiB random, lunkitd by tgtd | this bench | `iscsi-load` |').map(
        ([what = '', , figures = '']) => [what, Number(/^\**([\d.]+)/.exec(figures)?.[1])],
      ),
    )
    for (const what of ['read', 'write']) {
      const smaller = Math.min(times(`cached/4k/${what}/d32`), outside.get(what) ?? 0)
      expect(readme).toMatch(
        new RegExp(`${what}s are? ?${smaller.toFixed(1)} times|${what}s ${smaller.toFixed(1)} times`),
      )
    }
  })
})
