/** Where a line of a configuration of tgt stands. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** A line that says something: `backing-store /srv/disk.img`. */
export interface Directive {
  readonly name: string
  readonly value: string
  readonly at: Place
}

/** What stands between `<target NAME>` and `</target>`; the whole file is one too, without a kind. */
export interface Block {
  readonly kind: string
  readonly name: string
  readonly at: Place
  readonly directives: readonly Directive[]
  readonly blocks: readonly Block[]
}

/** A text that is no configuration of tgt. */
export class ConfError extends Error {
  override readonly name = 'ConfError'
  readonly at: Place

  constructor(message: string, at: Place) {
    super(message)
    this.at = at
  }
}

/** The name of a directive that another file is read for: Apache's form, and Config::General's own. */
export const INCLUDE = 'include'

/** A kind, and what is left behind it: what stands in a tag. */
const TAG = /^([^\s<>]+)(.*)$/s
const DIRECTIVE = /^([^\s=<>]+)(?:\s*=\s*|\s+|$)(.*)$/s
const COMMENT = /(?<!\\)#.*$/s

/** A value without the quotes around it. */
const unquoted = (value: string): string => /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value

/** A line without its comment; `\#` is a "#". */
const withoutComment = (line: string): string => line.replace(COMMENT, '').replaceAll('\\#', '#').trim()

/** Lines as Config::General has them: without comments, and one that ends with a backslash goes on in the next. */
function* linesOf(text: string): Generator<{ readonly said: string; readonly line: number }, void> {
  let isComment = false
  let begun: { said: string; line: number } | undefined
  for (const [at, raw] of text.split('\n').entries()) {
    if (isComment || raw.trimStart().startsWith('/*')) {
      isComment = !raw.includes('*/')
      continue
    }
    const said = withoutComment(raw)
    const whole = { said: `${begun?.said ?? ''}${said}`, line: begun?.line ?? at + 1 }
    begun = undefined
    if (whole.said.endsWith('\\')) begun = { ...whole, said: whole.said.slice(0, -1) }
    else if (whole.said !== '') yield whole
  }
  if (begun !== undefined && begun.said.trim() !== '') yield { ...begun, said: begun.said.trim() }
}

interface Open {
  readonly kind: string
  readonly name: string
  readonly at: Place
  readonly directives: Directive[]
  readonly blocks: Block[]
}

/** Nobody nests deeper: a target, and a store in it. */
const DEEPEST = 8

/** What has been opened and not closed yet, the innermost last. */
class Opened {
  readonly #open: [Open, ...Open[]]

  constructor(file: string) {
    this.#open = [{ kind: '', name: '', at: { file, line: 1 }, directives: [], blocks: [] }]
  }

  read(said: string, at: Place): void {
    const { kind, name } = tagOf(said) ?? {}
    if (kind === undefined || name === undefined) this.#last.directives.push(directiveOf(said, at))
    else if (kind.startsWith('/')) this.#close(kind.slice(1), at)
    else if (said.startsWith('<<')) this.#last.directives.push({ name: kind, value: name, at })
    else this.#begin({ kind, name, at, directives: [], blocks: [] })
  }

  /** @throws {ConfError} where something is still open. */
  get whole(): Block {
    const { kind, at } = this.#last
    if (this.#open.length > 1) throw new ConfError(`<${kind}> has no end; right is </${kind}> after it`, at)
    return this.#open[0]
  }

  get #last(): Open {
    return this.#open.at(-1) as Open
  }

  #begin(block: Open): void {
    if (this.#open.length > DEEPEST) throw new ConfError(`<${block.kind}> is nested too deep`, block.at)
    this.#last.blocks.push(block)
    this.#open.push(block)
  }

  #close(kind: string, at: Place): void {
    const last = this.#last
    if (this.#open.length === 1) throw new ConfError(`</${kind}> ends what nothing has begun`, at)
    if (last.kind !== kind) throw new ConfError(`</${kind}> is in the place of </${last.kind}>`, at)
    this.#open.pop()
  }
}

/** What stands between "<" and ">", or "<<" and ">>"; undefined: the line is no tag. */
function tagOf(said: string): { readonly kind: string; readonly name: string } | undefined {
  const width = said.startsWith('<<') && said.endsWith('>>') ? 2 : 1
  if (!said.startsWith('<') || !said.endsWith('>')) return undefined
  const [, kind, rest = ''] = TAG.exec(said.slice(width, -width).trim()) ?? []
  return kind === undefined ? undefined : { kind, name: unquoted(rest.trim()) }
}

function directiveOf(said: string, at: Place): Directive {
  const [, name, value = ''] = DIRECTIVE.exec(said) ?? []
  if (name === undefined) throw new ConfError(`${JSON.stringify(said)} says nothing`, at)
  return { name, value: unquoted(value.trim()), at }
}

/**
 * Reads the text of a targets.conf, as Config::General reads it for tgt-admin. Files that it includes are named, and not read.
 * @throws {ConfError} for what is none.
 */
export function parseConf(text: string, file: string): Block {
  const opened = new Opened(file)
  for (const { said, line } of linesOf(text)) opened.read(said, { file, line })
  return opened.whole
}
