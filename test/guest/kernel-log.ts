/** What a kernel says when a disk, its path or a file system on it went wrong. */
const complaint =
  /I\/O error|critical (target|medium) error|reset|timed? ?out|timing out|conn(ection)? ?error|EXT4-fs (error|warning)|XFS.*(error|corrupt)|Sense Key|hung task|blocked for more than|\b(BUG|WARNING|Oops):|Call Trace|offline device|digest/i

/** The first command of a session is told of the target's power-on, and the kernel logs it. */
const expected = /Power-on or device reset occurred/

/** The lines of a kernel log that tell of an error. */
export function complaintsIn(kernelLog: string): string[] {
  return kernelLog.split('\n').filter(line => complaint.test(line) && !expected.test(line))
}
