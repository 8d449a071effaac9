/** The parts of fio's JSON report that tell whether data was verified. */
export type FioReport = { readonly error: number; readonly reads: number; readonly writes: number }

const common = '--name=verify --direct=1 --ioengine=libaio --iodepth=16 --verify=crc32c --verify_fatal=1'

/**
 * Script: random reads and writes of 4 to 64 KiB for a time, each written block read back and checked.
 *
 * fio checks nothing when a timed mix ends before its last block is written; the backlog makes it read back what it
 * wrote every 64 blocks, and the size keeps it from starting over, after which it would miss the seeds of the first round.
 */
export function fioMix(path: string, seconds: number, sizeMiB: number): string {
  const timed = `--time_based --runtime=${seconds} --verify_backlog=64 --size=${sizeMiB}M`
  return `fio ${common} --filename=${path} --rw=randrw --bsrange=4k-64k ${timed} --output-format=json`
}

/** Script: writes every block of the first part of the disk in random order, and does not read them back. */
export function fioLayDown(path: string, sizeMiB: number): string {
  return `fio ${common} --filename=${path} --rw=randwrite --bs=16k --size=${sizeMiB}M --do_verify=0 --output-format=json`
}

/** Script: reads back and checks what the other script of the same size wrote, in whatever session. */
export function fioReadBack(path: string, sizeMiB: number): string {
  const seen = `--size=${sizeMiB}M --verify_only=1`
  return `fio ${common} --filename=${path} --rw=randwrite --bs=16k ${seen} --output-format=json`
}

/**
 * Reads fio's report; lines before the JSON are its complaints.
 *
 * @throws Error when there is no report
 */
export function parseFioReport(output: string): FioReport {
  const start = output.indexOf('{\n')
  if (start < 0) throw new Error(`fio printed no report:\n${output}`)
  const report = JSON.parse(output.slice(start)) as { jobs: [FioJob] }
  const [job] = report.jobs
  return { error: job.error, reads: job.read.total_ios, writes: job.write.total_ios }
}

type FioJob = {
  readonly error: number
  readonly read: { readonly total_ios: number }
  readonly write: { readonly total_ios: number }
}
