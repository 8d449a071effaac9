import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { merge, type Results, readResults, writeResults } from '../results.ts'
import { rows } from '../rows.ts'
import { markdownReport } from './document.ts'

/**
 * Writes a report in Markdown, and its figures into a directory of the same name beside it. What was measured before, and
 * is in that directory, stays unless it was measured again.
 */
export async function writeReport(path: string, measured: Results): Promise<void> {
  const directory = path.replace(/\.md$/, '')
  if (directory === path) throw new Error(`--out ${path}: a name that ends in .md was expected`)
  await mkdir(directory, { recursive: true })
  const figures = join(directory, 'results.json')
  const results = merge(await readResults(figures), measured, rows)
  await writeResults(figures, results)
  await writeFile(path, markdownReport(results))
}
