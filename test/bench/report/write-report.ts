import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { merge, type Results, readResults, writeResults } from '../results.ts'
import { rows } from '../rows.ts'
import { drawCharts } from './charts.ts'
import { markdownReport } from './document.ts'

/**
 * Writes a report in Markdown, and its charts and figures into a directory of the same name beside it. What was measured
 * before, and is in that directory, stays unless it was measured again; `notes.md` there becomes a part of the report.
 *
 * @throws Error for a name that does not end in .md
 */
export async function writeReport(path: string, measured: Results): Promise<void> {
  const directory = path.replace(/\.md$/, '')
  if (directory === path) throw new Error(`--out ${path}: a name that ends in .md was expected`)
  await mkdir(directory, { recursive: true })
  const figures = join(directory, 'results.generated.json')
  const results = merge(await readResults(figures), measured, rows)
  await writeResults(figures, results)
  const charts = drawCharts(results)
  for (const { file, svg } of charts) await writeFile(join(directory, `${file}.svg`), svg)
  const notes = await textIfThere(join(directory, 'notes.md'))
  await writeFile(path, markdownReport({ results, charts, directory: basename(directory), notes }))
}

async function textIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
