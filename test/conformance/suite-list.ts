import { execFileSync } from 'node:child_process'
import { findTool } from '../harness/tool.ts'

/** How many tests iscsi-test-cu 1.19 has, the release of Debian 12. */
export const testsInRelease = 230

/** The tests that iscsi-test-cu knows, as `SUITE.TEST`, in its own order. */
export function listSuiteTests(): string[] {
  const listing = execFileSync(findTool('iscsi-test-cu'), ['--list'], { encoding: 'utf8' })
  return listing.split('\n').flatMap(line => /^ALL\.([^.]+\.[^.]+)$/.exec(line.trim())?.[1] ?? [])
}
