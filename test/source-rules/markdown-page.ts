/** A place that a page points to. */
export interface PageLink {
  /** As it is written. */
  readonly target: string
  /** Counted from 1. */
  readonly line: number
}

const FENCE = /^\s*(`{3,}|~{3,})/
const CODE = /(`+)(?:(?!\1).)*?\1/g
const LINK = /\]\(\s*<?([^)\s>]*)>?(?:\s+"[^"]*")?\s*\)|^\s*\[[^\]]+\]:\s+(\S+)|\s(?:href|src)="([^"]*)"/g
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/
const NAMED = /<a (?:name|id)="([^"]+)"/g

/** A page of Markdown, as far as what it links to and what of it can be linked to. */
export class MarkdownPage {
  /** In the repository. */
  readonly path: string
  readonly links: readonly PageLink[]
  /** The names that its headings have, as GitHub gives them. */
  readonly anchors: ReadonlySet<string>

  constructor(path: string, text: string) {
    this.path = path
    const lines = proseOf(text)
    this.links = lines.flatMap((prose, at) => linksOf(prose).map(target => ({ target, line: at + 1 })))
    this.anchors = anchorsOf(lines)
  }
}

/** Its lines; those of blocks of code are empty. */
function proseOf(text: string): readonly string[] {
  let fence: string | undefined
  return text.split('\n').map(line => {
    const [, mark] = FENCE.exec(line) ?? []
    if (fence === undefined && mark === undefined) return line
    if (fence === undefined) fence = mark
    else if (mark?.startsWith(fence) === true) fence = undefined
    return ''
  })
}

const linksOf = (prose: string): readonly string[] =>
  [...prose.replaceAll(CODE, '').matchAll(LINK)].map(([, inline, reference, html]) => inline ?? reference ?? html ?? '')

/** A heading that another one is like has a number behind it. */
function anchorsOf(lines: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const line of lines) {
    for (const [, name = ''] of line.matchAll(NAMED)) anchors.add(name)
    const [, heading] = HEADING.exec(line) ?? []
    if (heading === undefined) continue
    const slug = slugOf(heading)
    let name = slug
    for (let number = 1; anchors.has(name); number++) name = `${slug}-${number}`
    anchors.add(name)
  }
  return anchors
}

/** Without marks and links; of letters, digits, hyphens and underscores, with a hyphen for each blank. */
function slugOf(heading: string): string {
  const text = heading.replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-')
}
