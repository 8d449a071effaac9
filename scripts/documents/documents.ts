import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dashboardText } from '../dashboards/dashboard.ts'
import { dashboards } from '../dashboards/dashboards.ts'
import { accessPage } from './access/access-page.ts'
import { backstoresPage } from './backstores-page.ts'
import { exporterPage } from './exporter-page.ts'
import { logsPage } from './logs-page.ts'
import { lunkitPage } from './lunkit-page.ts'
import { lunkitdPage } from './lunkitd-page.ts'
import { methodChapter } from './method-chapter.ts'
import { saveconfigPage } from './saveconfig-page.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const [BEGIN, END] = ['<!-- methods: made by npm run documents -->', '<!-- end of methods -->']

/** A file that is made from tables of the sources. */
export interface MadeDocument {
  /** In the repository. */
  readonly path: string
  /** What is to stand there. */
  readonly text: () => string
}

/** The text of a file, with another chapter between its marks. @throws Error where it has none. */
function withChapter(path: string, chapter: string): string {
  const text = readDocument(path)
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`${path} has no ${BEGIN} before a ${END}`)
  return `${text.slice(0, begin + BEGIN.length)}\n\n${chapter}\n\n${text.slice(end)}`
}

/** What stands in a file of the repository; nothing where there is none. */
export function readDocument(path: string): string {
  try {
    return readFileSync(`${ROOT}${path}`, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Where a document is. */
export const placeOf = (path: string): string => `${ROOT}${path}`

/** Every document that is made. */
export const documents: readonly MadeDocument[] = [
  { path: 'apps/cli/man/lunkit.1', text: lunkitPage },
  { path: 'apps/exporter/man/lunkit-exporter.1', text: exporterPage },
  { path: 'apps/target/man/lunkitd.8', text: lunkitdPage },
  { path: 'packages/config/man/saveconfig.5', text: saveconfigPage },
  { path: 'docs/access.md', text: accessPage },
  { path: 'docs/backstores.md', text: backstoresPage },
  { path: 'docs/logs.md', text: logsPage },
  { path: 'docs/api.md', text: () => withChapter('docs/api.md', methodChapter()) },
  ...dashboards.map(dashboard => {
    return { path: `apps/exporter/grafana/${dashboard.uid}.json`, text: () => dashboardText(dashboard) }
  }),
]
