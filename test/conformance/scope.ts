/** Suites of the transport itself: nothing in them may be skipped. */
const transportSuites: ReadonlySet<string> = new Set(['iSCSIcmdsn', 'iSCSIdatasn', 'iSCSIResiduals', 'iSCSITMF'])

/** The reasons for which a test may be skipped, in the words of iscsi-test-cu: each names a command that is not served. */
const allowedReasons: readonly RegExp[] = [
  /^(EXTENDEDCOPY|ORWRITE|PREFETCH1[06]|PREVENTALLOW|READDEFECTDATA1[02]|WRITEATOMIC16) is not implemented/,
  /^(RECEIVECOPYRESULT|RECEIVE_COPY_RESULTS) is not implemented/,
  /^PERSISTENT RESERVE IN is not implemented/,
  /^PROUT Not Supported/,
  /^SANITIZE( [A-Z_ ]+)? is not implemented/,
]

/**
 * What a test that passes may say that failed: this one breaks the numbering of Data-Out, which has to fail the write
 * (RFC 7143 11.4.7.2: ABORTED COMMAND, 47h/05h).
 */
const expectedComplaints: Readonly<Record<string, RegExp>> = {
  'iSCSIdatasn.iSCSIDataSnInvalid': /^WRITE10 command failed with status 2 \/ sense key COMMAND ABORTED\(0x0b\)/,
}

/** Whether a test may be skipped for the reason that iscsi-test-cu gives. */
export function maySkip(test: string, reason: string): boolean {
  return !transportSuites.has(suiteOf(test)) && allowedReasons.some(allowed => allowed.test(reason))
}

/** Whether a test of iscsi-test-cu that passes is meant to say that this failed. */
export function mayComplain(test: string, complaint: string): boolean {
  return expectedComplaints[test]?.test(complaint) ?? false
}

function suiteOf(test: string): string {
  return test.slice(0, test.indexOf('.'))
}
