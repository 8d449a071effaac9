import { expect, it } from 'vitest'
import { parseFioReport, verifiedMix } from './fio.ts'

const reportOf = ({ read = '', write = '', reads = 59, writes = 63, error = 0 }) => `
verify: (groupid=0, jobs=1): err= ${error}: pid=13836: Sun Nov 29 08:58:49 2026
  read: IOPS=11, BW=392KiB/s (401kB/s)(2020KiB/5152msec)
    clat (usec): min=117, max=9294914, avg=56044.25, stdev=58349.31
     ${read}
  write: IOPS=12, BW=420KiB/s (430kB/s)(2164KiB/5152msec); 0 zone resets
     ${write}
  lat (usec)   : 250=0.82%
     issued rwts: total=${reads},${writes},0,0 short=0,0,0,0 dropped=0,0,0,0
`
const latency = 'lat (msec): min=8, max=295, avg=62.78, stdev=58.75'

it.each([
  [latency, 'lat (msec): min=13, max=407, avg=86.37, stdev=78.85', 407],
  ['lat (usec): min=31, max=57780, avg=3212.85', 'lat (usec): min=220, max=57781, avg=3348.73', 57.781],
  ['lat (usec): min=31, max=1081k, avg=3212.85', 'lat (nsec): min=220, max=57781, avg=3348.73', 1081],
])(
  'the longest operation of a report of fio is the longer of the longest read and write: %s; %s',
  (read, write, ms) => {
    expect(parseFioReport(reportOf({ read, write }))).toEqual({ error: 0, reads: 59, writes: 63, longestMs: ms })
  },
)

it('takes a mix for verified when it read half as much again as it wrote, and found no error', () => {
  const half = { read: latency, write: latency, writes: 100 }
  expect(verifiedMix(reportOf({ ...half, reads: 151 }))).toMatchObject({ reads: 151, longestMs: 295 })
  expect(() => verifiedMix(reportOf({ ...half, reads: 150 }))).toThrow('fio verified too little')
  expect(() => verifiedMix(reportOf({ ...half, reads: 151, error: 84 }))).toThrow('fio verified too little')
})
