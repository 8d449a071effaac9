import { describe, expect, it } from 'vitest'
import type { Cost } from './cost.ts'
import { svgPlot } from './plot.ts'
import { drawPlots, scaleReport } from './report.ts'
import { type ScaleResults, verdicts } from './results.ts'

const MIB = 2 ** 20
const cost = (count: number, mib: number): Cost => ({
  count,
  tookMs: 1500,
  residentBytes: mib * MIB,
  mostBytes: 2 * mib * MIB,
  openFiles: 20 + count,
  idleMs: 2.5,
  load: 3,
})
const circumstances = {
  processor: 'Z80',
  cores: 2,
  memoryGib: 24,
  kernel: '6.18',
  node: 'v24',
  commit: 'abc123',
  measuredAt: '2026-11-29',
}
const results = (sessionMib: number, luns: number): ScaleResults => ({
  circumstances,
  subjects: [
    { name: 'session', costs: [cost(1, 50), cost(1000, sessionMib)] },
    { name: 'LUN', costs: [cost(1, 50), cost(luns, 300)] },
    { name: 'initiator', costs: [cost(1, 50), cost(100, 60)] },
  ],
})

describe('the verdict', () => {
  it('on a thousand sessions counts what they take beyond one', () => {
    expect(verdicts(results(50 + (999 * 59) / 1024, 10)).map(({ found, met }) => [found, met])).toEqual([
      ['59.0 KiB', true],
    ])
    expect(verdicts(results(50 + (999 * 61) / 1024, 10)).map(({ found, met }) => [found, met])).toEqual([
      ['61.0 KiB', false],
    ])
  })

  it('on five thousand LUNs is given where there were so many', () => {
    expect(verdicts(results(90, 5000)).at(1)).toEqual({
      asked: '5,000 LUNs: configured and served',
      found: 'the last one read after 1.5 s',
      met: true,
    })
  })
})

describe('the report', () => {
  const text = scaleReport(
    results(90, 5000),
    drawPlots(results(90, 5000)),
    '## On paper\n\n[limits](../operating/limits.md)\n',
  )

  it('has a table for each subject, with what one more costs', () => {
    expect(text).toContain('## A session\n')
    expect(text).toContain('## An initiator\n')
    expect(text).toContain('| 1,000 | 90.0 | 41.0 | 180 | 1,020 | 2.50 | 1.50 |')
  })

  it('says on what, when, and beside how much else it was measured', () => {
    expect(text).toContain(
      '2026-11-29, commit abc123: Z80, 2 cores, 24 GiB, Linux 6.18, Node v24. The load average was 3.0 to 3.0',
    )
  })

  it('shows its pictures, and ends with the notes, whose links are one step nearer', () => {
    expect(text.match(/\(scale\/\w+\.svg\)/g)).toHaveLength(3)
    expect(text).toContain('[limits](operating/limits.md)')
  })
})

it('a plot has both scales logarithmic, and a name at the end of each line', () => {
  const svg = svgPlot({
    title: 'Few & many',
    axes: ['how many', 'MiB'],
    lines: [
      {
        name: 'sessions',
        points: [
          [1, 10],
          [10, 10],
          [100, 100],
        ],
      },
    ],
  })
  expect(svg).toContain('<path d="M80.0 370.0L405.0 370.0L730.0 60.0"')
  expect(svg).toContain('>sessions</text>')
  expect(svg).toContain('aria-label="Few &amp; many"')
})
