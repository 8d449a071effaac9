import type { Results } from '../results.ts'
import { markdownTable } from './table.ts'

/** The report. */
export function markdownReport(results: Results): string {
  return `# Bench\n\n${markdownTable(results.rows)}\n`
}
