/** The parts of fio's report that tell whether data was verified, and the longest that a read or a write took. */
export type FioReport = {
  readonly error: number
  readonly reads: number
  readonly writes: number
  readonly longestMs: number
}

const msOf: Readonly<Record<string, number>> = { nsec: 1e-6, usec: 1e-3, msec: 1, sec: 1e3 }
const timesOf: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6 }

// A colon in a file name separates two files for fio, and the links of iSCSI disks have them: hence readlink.
const common = '--name=verify --direct=1 --ioengine=libaio --verify=crc32c --verify_fatal=1'
const usualDepth = 16

/** The part of a disk that fio uses, for how long, and how many operations it has under way at once. */
export type FioMix = {
  readonly seconds: number
  readonly sizeMiB: number
  readonly offsetMiB?: number
  readonly depth?: number
}

/**
 * Script: random reads and writes of 4 to 64 KiB for a time, each written block read back and checked.
 *
 * fio checks nothing when a timed mix ends before its last block is written; the backlog makes it read back what it
 * wrote every 64 blocks, and the size keeps it from starting over, after which it would miss the seeds of the first round.
 * It looks for a backlog of exactly a multiple of 64, which it often misses when answers take long: the larger batch lets
 * it catch up. Without it a third to a half of the blocks were never read back.
 */
export function fioMix(path: string, { seconds, sizeMiB, offsetMiB = 0, depth = usualDepth }: FioMix): string {
  const part = `--filename=$(readlink -f ${path}) --offset=${offsetMiB}M --size=${sizeMiB}M`
  const timed = `--time_based --runtime=${seconds} --verify_backlog=64 --verify_backlog_batch=256`
  return `fio ${common} --iodepth=${depth} ${part} --rw=randrw --bsrange=4k-64k ${timed}`
}

/** Script: reads and writes so much of 1000 MiB, at random and not where the last one did, and then reads back what it wrote. */
export function fioRound(path: string, mib: number): string {
  const part = `--filename=$(readlink -f ${path}) --size=1000M --io_size=${mib}M --randrepeat=0`
  return `fio ${common} --iodepth=${usualDepth} ${part} --rw=randrw --bsrange=4k-64k`
}

/** Script: writes every block of the first part of the disk in random order, and does not read them back. */
export function fioLayDown(path: string, sizeMiB: number): string {
  const written = `--size=${sizeMiB}M --do_verify=0`
  return `fio ${common} --iodepth=${usualDepth} --filename=$(readlink -f ${path}) --rw=randwrite --bs=16k ${written}`
}

/** Script: reads back and checks what the other script of the same size wrote, in whatever session. */
export function fioReadBack(path: string, sizeMiB: number): string {
  const seen = `--size=${sizeMiB}M --verify_only=1`
  return `fio ${common} --iodepth=${usualDepth} --filename=$(readlink -f ${path}) --rw=randwrite --bs=16k ${seen}`
}

/**
 * Reads fio's report; a failing fio has already made its script fail.
 *
 * @throws Error when there is no report
 */
export function parseFioReport(output: string): FioReport {
  const [, error] = /^verify: .*: err= *(\d+)/m.exec(output) ?? []
  const [, reads, writes] = /issued rwts: total=(\d+),(\d+),/.exec(output) ?? []
  if (error === undefined || reads === undefined || writes === undefined) {
    throw new Error(`fio printed no report:\n${output}`)
  }
  return { error: Number(error), reads: Number(reads), writes: Number(writes), longestMs: longestMs(output) }
}

/**
 * Reads the report of a mix.
 *
 * @throws Error when fio found an error, or read back less than it should
 */
export function verifiedMix(output: string): FioReport {
  const report = parseFioReport(output)
  // The reads of the mix are as many as the writes; what is beyond them is written data that was checked.
  if (report.error !== 0 || report.reads <= 1.5 * report.writes) throw new Error(`fio verified too little:\n${output}`)
  return report
}

/** fio chooses the unit, and shortens large numbers: `lat (usec): min=31, max=1081k, avg=...`. */
function longestMs(output: string): number {
  const lines = [...output.matchAll(/^ +lat \(([a-z]+)\): min= *[\d.]+[kM]?, max= *([\d.]+)([kM]?),/gm)]
  if (lines.length === 0) throw new Error(`fio printed no latencies:\n${output}`)
  return Math.max(...lines.map(([, unit = '', max, k = '']) => Number(max) * (timesOf[k] ?? NaN) * (msOf[unit] ?? NaN)))
}
