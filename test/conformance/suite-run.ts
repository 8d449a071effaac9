import { describeOutcome, type Outcome, run } from '../harness/outcome.ts'
import { findTool } from '../harness/tool.ts'

/** How one test of iscsi-test-cu ended; its own summary counts a skipped test as passed. */
export type Result =
  | { readonly status: 'passed'; readonly complaints: readonly string[] }
  | { readonly status: 'skipped'; readonly reasons: readonly string[] }
  | { readonly status: 'failed'; readonly output: string }

/** Where a test runs: a LUN, and who it is there. */
export type SuitePath = { readonly url: string; readonly initiator?: string }

const testTimeoutMs = 45_000
const outputLimit = 4_000
/** Tests of two paths to one unit get their second path by a second session. */
const twoPathSuite = 'MultipathIO'
/**
 * In release 1.19 this test looks at a variable before the answer that sets it can have come, so that it fails on every
 * target the first time that a process runs it. The second time it does what it is meant to.
 */
const testThatFailsOnce = 'iSCSITMF.LUNResetSimpleAsync'
/** What a test is taken to have said that ended without a word: some skip so. */
export const nothingLogged = 'The test logged nothing.'

/** Runs one test, `SUITE.TEST`, in a process of its own and with permission to overwrite the LUN. */
export async function runSuiteTest(test: string, { url, initiator }: SuitePath): Promise<Result> {
  const names = test === testThatFailsOnce ? `ALL.${test},iSCSI.${test}` : `ALL.${test}`
  const who = initiator === undefined ? [] : [`--initiator-name=${initiator}`]
  const urls = test.startsWith(`${twoPathSuite}.`) ? [url, url] : [url]
  // Some tests say that they skip only among what --Verbose-scsi adds.
  const args = ['--dataloss', '--allow-sanitize', '--Verbose-scsi', ...who, `--test=${names}`, ...urls]
  return readResult(await run(findTool('iscsi-test-cu'), args, { timeoutMs: testTimeoutMs }))
}

/** One test in a log: what it said until its verdict. What is said before and after it belongs to no test. */
const testInLog = /^ {2}Test: \S+ \.\.\.((?:.*\n)*?)(passed|FAILED)/gm

/** Reads the log of a run of one test; of a test that ran twice, the second time counts. */
export function readResult(outcome: Outcome): Result {
  const tests = [...outcome.stdout.matchAll(testInLog)]
  const [, log, verdict] = tests.at(-1) ?? []
  const code = tests.some(([, , each]) => each === 'FAILED') ? 1 : 0
  if (log === undefined || verdict === 'FAILED' || outcome.code !== code)
    return { status: 'failed', output: describeOutcome(outcome).slice(-outputLimit) }
  const reasons = log.trim() === '' ? [nothingLogged] : marked(log, /\[SKIPP(?:ED|ING)\] *(.*\S)/g)
  if (reasons.length > 0) return { status: 'skipped', reasons }
  return { status: 'passed', complaints: marked(log, /\[FAILED\] *(.*\S)/g) }
}

/** The texts of the lines that carry a mark, each once. */
function marked(log: string, mark: RegExp): string[] {
  return [...new Set([...log.matchAll(mark)].map(([, text]) => text ?? ''))]
}
