/** A page of man(7), written piece by piece. */
export class Roff {
  readonly #lines: string[]

  /** The head of a page: `LUNKITD`, `8`, where it is from and what it belongs to. */
  constructor({ name, section, source, book }: Readonly<Record<'name' | 'section' | 'source' | 'book', string>>) {
    this.#lines = [
      '.\\" Made by npm run documents from the tables of lunkit: what is changed here is lost.',
      `.TH ${name} ${section} ${DATE} ${quoted(source)} ${quoted(book)}`,
    ]
  }

  /** A section, and a part of one. */
  section(title: string): this {
    return this.#add(`.SH ${quoted(title)}`)
  }

  part(title: string): this {
    return this.#add(`.SS ${quoted(title)}`)
  }

  /** A paragraph. */
  text(text: string): this {
    return this.#add(...this.#paragraph(), escaped(text))
  }

  /** A term, which is bold up to its first blank or "=", and what is said of it. */
  term(term: string, text: string): this {
    const [, bold = '', rest = ''] = /^([^ =]*)(.*)$/s.exec(term) ?? []
    return this.#add('.TP', `\\fB${escaped(bold)}\\fR${escaped(rest)}`, escaped(text === '' ? '-' : text))
  }

  /** Terms that are below the one before. */
  below(add: (page: this) => void): this {
    this.#add('.RS')
    add(this)
    return this.#add('.RE')
  }

  /** Lines as they are, such as an example. */
  lines(lines: readonly string[]): this {
    return this.#add(...this.#paragraph(), '.in +4n', '.EX', ...lines.map(escaped), '.EE', '.in')
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`
  }

  /** What begins a paragraph; a section does so itself. */
  #paragraph(): readonly string[] {
    return /^\.(?:SH|SS)/.test(this.#lines.at(-1) ?? '') ? [] : ['.PP']
  }

  #add(...lines: readonly string[]): this {
    this.#lines.push(...lines)
    return this
  }
}

/** When the form of the pages was last changed; what they say is that of the version. */
const DATE = '2026-11-29'

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
}

/** A line of text as roff has it: none begins with a request, and characters are those that are typed. */
function escaped(text: string): string {
  const shown = text.replace(/[\\\-'`^~]/g, each => ESCAPES[each] ?? each)
  return /^[.']/.test(shown) ? `\\&${shown}` : shown
}

const quoted = (text: string): string => `"${escaped(text).replaceAll('"', '\\(dq')}"`
