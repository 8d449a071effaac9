import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { MarkdownPage } from './markdown-page.ts'
import { REPOSITORY } from './tracked-files.ts'

/** What the pages of a repository are judged by. */
export interface Repository {
  /** Every file that is tracked. */
  readonly paths: ReadonlySet<string>
  /** By path. */
  readonly pages: ReadonlyMap<string, MarkdownPage>
}

/** A link of another place: nobody asks there whether it still leads somewhere. */
const EXTERNAL = /^(?:https:\/\/[a-z0-9][a-z0-9.-]*\.[a-z]{2,}(?::\d+)?(?:[/?#]\S*)?|mailto:\S+@\S+)$/i
/** A page of docs that a source, a manual page or a script names. */
const MENTION = /\bdocs\/[\w./-]+\.md(?:#[\w-]+)?/g

/** This repository. Files that were removed and not committed yet are not there. */
export function readRepository(): Repository {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  const paths = listed.split('\0').filter(path => path !== '' && existsSync(join(REPOSITORY, path)))
  const pages = paths.filter(path => path.endsWith('.md')).map(path => new MarkdownPage(path, textOf(path)))
  return { paths: new Set(paths), pages: new Map(pages.map(page => [page.path, page])) }
}

/** What a file of this repository says. */
export const textOf = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8')

/** The links of a page that lead nowhere, as `path:line what is wrong`. */
export function brokenLinks(page: MarkdownPage, repository: Repository): readonly string[] {
  return page.links.flatMap(({ target, line }) => {
    const wrong = faultOf(page.path, target, repository)
    return wrong === undefined ? [] : [`${page.path}:${line} ${target}: ${wrong}`]
  })
}

/** The pages of docs that another file names and that are not there, as `path:line what is wrong`. */
export function brokenMentions(path: string, text: string, repository: Repository): readonly string[] {
  return text.split('\n').flatMap((line, at) =>
    (line.match(MENTION) ?? []).flatMap(target => {
      const wrong = faultOf('', target, repository)
      return wrong === undefined ? [] : [`${path}:${at + 1} ${target}: ${wrong}`]
    }),
  )
}

function faultOf(from: string, target: string, { paths, pages }: Repository): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return EXTERNAL.test(target) ? undefined : 'no address of the form https://'
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? from : join(dirname(from), decodeURIComponent(file)).replace(/\/$/, '')
  const isDirectory = path === '.' || [...paths].some(each => each.startsWith(`${path}/`))
  if (!paths.has(path) && !isDirectory) return `there is no ${path}`
  if (anchor === undefined || pages.get(path)?.anchors.has(anchor) === true) return undefined
  return `${path} has no heading with that name`
}
