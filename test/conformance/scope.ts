/** Suites of commands that lunkit does not serve yet; a test of any other suite must not fail. */
const suitesOfUnservedCommands: ReadonlySet<string> = new Set([
  'ExtendedCopy',
  'OrWrite',
  'Prefetch10',
  'Prefetch16',
  'PreventAllow',
  'PrinReadKeys',
  'PrinReportCapabilities',
  'PrinServiceactionRange',
  'ProutClear',
  'ProutPreempt',
  'ProutRegister',
  'ProutReserve',
  'ReadDefectData10',
  'ReadDefectData12',
  'ReceiveCopyResults',
  'Sanitize',
  'WriteAtomic16',
])

/** Suites of the transport itself: nothing in them may be skipped. */
const transportSuites: ReadonlySet<string> = new Set(['iSCSIcmdsn', 'iSCSIdatasn', 'iSCSIResiduals', 'iSCSITMF'])

/** The reasons for which a test may be skipped, in the words of iscsi-test-cu: each one names what the LUN lacks. */
const allowedReasons: readonly RegExp[] = [
  /^(EXTENDEDCOPY|ORWRITE|PREFETCH1[06]|PREVENTALLOW|READDEFECTDATA1[02]|WRITEATOMIC16) is not implemented/,
  /^RECEIVECOPYRESULT is not implemented/,
  /^PERSISTENT RESERVE (IN|OUT) is not implemented/,
  /^(SANITIZE|--allow-sanitize flag)/,
  // A disk is no removable medium, and the suites write to it.
  /not removable/,
  /not write-protected/,
]

/** Whether a test of iscsi-test-cu, `SUITE.TEST`, must not fail. */
export function mustNotFail(test: string): boolean {
  return !suitesOfUnservedCommands.has(suiteOf(test))
}

/** Whether a test may be skipped for the reason that iscsi-test-cu gives. */
export function maySkip(test: string, reason: string): boolean {
  return !transportSuites.has(suiteOf(test)) && allowedReasons.some(allowed => allowed.test(reason))
}

function suiteOf(test: string): string {
  return test.slice(0, test.indexOf('.'))
}
