import { expect, it } from 'vitest'
import type { LoadReport } from './load-run.ts'
import { figureOf, sampleOf } from './sample.ts'

const clean = { blocks: 1, unknown: 0, stale: 0, torn: 0, misplaced: 0, corrupt: 0, first: [] }
const report: LoadReport = {
  seconds: 2,
  reads: 30_000,
  writes: 10_000,
  bytesEach: 4096,
  errors: 0,
  latencyNs: { mean: 50_000, p50: 48_000, p99: 250_000, p999: 1_500_000, max: 2_000_000 },
  server: { userNs: 400_000_000, systemNs: 200_000_000 },
  load: { userNs: 100_000_000, systemNs: 900_000_000 },
  agreed: {
    maxSendBytes: 262_144,
    firstBurstBytes: 262_144,
    maxBurstBytes: 1_048_576,
    maxOutstandingR2t: 1,
    immediateData: true,
    initialR2t: false,
    headerDigest: false,
    dataDigest: false,
  },
  during: clean,
  wire: clean,
  file: clean,
}

it('makes figures a second and an operation of what was counted', () => {
  expect(sampleOf(report)).toEqual({
    operationsPerSecond: 20_000,
    bytesPerSecond: 81_920_000,
    p50Us: 48,
    p99Us: 250,
    p999Us: 1500,
    userUs: 10,
    systemUs: 5,
    cpuUs: 15,
    loadShare: 0.5,
  })
})

it('has no figures for a run that counted nothing', () => {
  expect(() => sampleOf({ ...report, reads: 0, writes: 0 })).toThrow('the load counted no operation')
})

it('takes the median of a figure over the rounds', () => {
  const samples = [1, 4, 3].map(seconds => sampleOf({ ...report, seconds }))
  expect(figureOf(samples, 'loadShare')).toEqual({ median: 1 / 3, low: 0.25, high: 1 })
})
