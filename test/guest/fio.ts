/** The parts of fio's report that tell whether data was verified. */
export type FioReport = { readonly error: number; readonly reads: number; readonly writes: number }

// A colon in a file name separates two files for fio, and the links of iSCSI disks have them: hence readlink.
const common = '--name=verify --direct=1 --ioengine=libaio --iodepth=16 --verify=crc32c --verify_fatal=1'

/** The part of a disk that fio uses, and for how long. */
export type FioMix = { readonly seconds: number; readonly sizeMiB: number; readonly offsetMiB?: number }

/**
 * Script: random reads and writes of 4 to 64 KiB for a time, each written block read back and checked.
 *
 * fio checks nothing when a timed mix ends before its last block is written; the backlog makes it read back what it
 * wrote every 64 blocks, and the size keeps it from starting over, after which it would miss the seeds of the first round.
 * It looks for a backlog of exactly a multiple of 64, which it often misses when answers take long: the larger batch lets
 * it catch up. Without it a third to a half of the blocks were never read back.
 */
export function fioMix(path: string, { seconds, sizeMiB, offsetMiB = 0 }: FioMix): string {
  const part = `--filename=$(readlink -f ${path}) --offset=${offsetMiB}M --size=${sizeMiB}M`
  const timed = `--time_based --runtime=${seconds} --verify_backlog=64 --verify_backlog_batch=256`
  return `fio ${common} ${part} --rw=randrw --bsrange=4k-64k ${timed}`
}

/** Script: writes every block of the first part of the disk in random order, and does not read them back. */
export function fioLayDown(path: string, sizeMiB: number): string {
  return `fio ${common} --filename=$(readlink -f ${path}) --rw=randwrite --bs=16k --size=${sizeMiB}M --do_verify=0`
}

/** Script: reads back and checks what the other script of the same size wrote, in whatever session. */
export function fioReadBack(path: string, sizeMiB: number): string {
  const seen = `--size=${sizeMiB}M --verify_only=1`
  return `fio ${common} --filename=$(readlink -f ${path}) --rw=randwrite --bs=16k ${seen}`
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
  return { error: Number(error), reads: Number(reads), writes: Number(writes) }
}
