/** A line of `dmesg --decode` that the kernel itself calls an error, or worse. */
const error = /^kern +:(emerg|alert|crit|err) *:/

/** What a kernel says of a disk, its path or a file system on it that went wrong, at whatever level. */
const complaint =
  /I\/O error|critical \w+ error|device offline|FAILED Result|Sense Key|reservation conflict|rejected\. Reason|reset|timed? ?out|timing out|conn(ection)? ?error|EXT4-fs (error|warning)|XFS.*(error|corrupt)|hung task|blocked for more than|\b(BUG|WARNING|Oops):|Call Trace|digest/i

/** The first command of a session is told of the target's power-on, and the kernel logs it. */
const expected = /Power-on or device reset occurred/

/** The lines of a kernel log that tell of an error. */
export function complaintsIn(kernelLog: string): string[] {
  return kernelLog.split('\n').filter(line => (error.test(line) || complaint.test(line)) && !expected.test(line))
}
