import { expect, it } from 'vitest'
import { parseFioReport } from './fio.ts'

it.each([
  ['lat (msec): min=8, max=295, avg=62.78, stdev=58.75', 'lat (msec): min=13, max=407, avg=86.37, stdev=78.85', 407],
  ['lat (usec): min=31, max=57780, avg=3212.85', 'lat (usec): min=220, max=57781, avg=3348.73', 57.781],
  ['lat (usec): min=31, max=1081k, avg=3212.85', 'lat (nsec): min=220, max=57781, avg=3348.73', 1081],
])(
  'the longest operation of a report of fio is the longer of the longest read and write: %s; %s',
  (read, write, ms) => {
    const report = `
verify: (groupid=0, jobs=1): err= 0: pid=13836: Sun Nov 29 08:58:49 2026
  read: IOPS=11, BW=392KiB/s (401kB/s)(2020KiB/5152msec)
    clat (usec): min=117, max=9294914, avg=56044.25, stdev=58349.31
     ${read}
  write: IOPS=12, BW=420KiB/s (430kB/s)(2164KiB/5152msec); 0 zone resets
     ${write}
  lat (usec)   : 250=0.82%
     issued rwts: total=59,63,0,0 short=0,0,0,0 dropped=0,0,0,0
`
    expect(parseFioReport(report)).toEqual({ error: 0, reads: 59, writes: 63, longestMs: ms })
  },
)
