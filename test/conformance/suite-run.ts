import { describeOutcome, type Outcome, run } from '../harness/outcome.ts'
import { findTool } from '../harness/tool.ts'

/** How one test of iscsi-test-cu ended; its own summary counts a skipped test as passed. */
export type Result =
  | { readonly status: 'passed' }
  | { readonly status: 'skipped'; readonly reason: string }
  | { readonly status: 'failed'; readonly output: string }

const testTimeoutMs = 45_000
const outputLimit = 4_000
/** Tests of two paths to one unit get their second path by a second session. */
const twoPathSuite = 'MultipathIO'

/** Runs one test, `SUITE.TEST`, against a LUN, in a process of its own and with permission to overwrite the LUN. */
export async function runSuiteTest(test: string, url: string): Promise<Result> {
  const urls = test.startsWith(`${twoPathSuite}.`) ? [url, url] : [url]
  const args = ['--dataloss', '--normal', `--test=ALL.${test}`, ...urls]
  return readResult(await run(findTool('iscsi-test-cu'), args, { timeoutMs: testTimeoutMs }))
}

/** Reads the log of a run of one test. */
export function readResult(outcome: Outcome): Result {
  const failed: Result = { status: 'failed', output: describeOutcome(outcome).slice(0, outputLimit) }
  // Total, run, passed, failed, inactive: a test that did not run at all is no pass.
  const counts = /^ +tests +1 +1 +(\d+) +(\d+) +0$/m.exec(outcome.stdout)
  if (outcome.code !== 0 || counts?.[1] !== '1' || counts[2] !== '0') return failed
  const reason = /\[SKIPPED\] *(.*\S)/.exec(outcome.stdout)?.[1]
  return reason === undefined ? { status: 'passed' } : { status: 'skipped', reason }
}
