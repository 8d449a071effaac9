/** An element that the page has; what is not in the list cannot come to be, whoever's words are shown. */
export type Tag =
  | 'html'
  | 'head'
  | 'meta'
  | 'link'
  | 'title'
  | 'script'
  | 'noscript'
  | 'body'
  | 'header'
  | 'main'
  | 'section'
  | 'footer'
  | 'nav'
  | 'h1'
  | 'h2'
  | 'p'
  | 'div'
  | 'span'
  | 'strong'
  | 'bdi'
  | 'time'
  | 'a'
  | 'ul'
  | 'li'
  | 'dl'
  | 'dt'
  | 'dd'
  | 'table'
  | 'caption'
  | 'thead'
  | 'tbody'
  | 'tr'
  | 'th'
  | 'td'
  | 'form'
  | 'label'
  | 'input'
  | 'select'
  | 'option'
  | 'button'
  | 'figure'
  | 'figcaption'
  | 'svg'
  | 'path'

/** Attributes by name. */
export type Attributes = Readonly<Record<string, string>>

/** A piece of the page: an element, or a text, which is never anything else than that. */
export type Markup = Element | string

/** An element as JSON can carry it: its tag, its attributes, what is in it. */
export type Element = readonly [tag: Tag, attributes: Attributes, content: readonly Markup[]]

/** What an element is given: lists are gone through, and `undefined` is nothing. */
type Given = Markup | undefined | readonly Given[]

const isElement = (given: Given): given is Element =>
  typeof given === 'object' && typeof given[0] === 'string' && typeof given[1] === 'object' && !Array.isArray(given[1])

function* flat(given: readonly Given[]): Generator<Markup> {
  for (const each of given) {
    if (each === undefined || each === '') continue
    if (typeof each === 'string' || isElement(each)) yield each
    else yield* flat(each)
  }
}

/** What is in an element. Texts beside each other are one, as they are to who reads HTML. */
export function content(...given: readonly Given[]): readonly Markup[] {
  const list: Markup[] = []
  for (const each of flat(given)) {
    const last = list.at(-1)
    if (typeof each === 'string' && typeof last === 'string') list[list.length - 1] = last + each
    else list.push(each)
  }
  return list
}

/** An element. */
export const element = (tag: Tag, attributes: Attributes = {}, ...given: readonly Given[]): Element => [
  tag,
  attributes,
  content(given),
]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, character => ENTITIES[character] ?? '')

/** Elements that hold nothing and have no end, HTML 13.1.2. */
const VOID: ReadonlySet<Tag> = new Set(['meta', 'link', 'input'])

/** As HTML. Whatever a text or the value of an attribute is, it stays one. */
export function htmlOf(markup: Markup): string {
  if (typeof markup === 'string') return escaped(markup)
  const [tag, attributes, inside] = markup
  const given = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`)
  const start = `<${tag}${given.join('')}>`
  return VOID.has(tag) ? start : `${start}${inside.map(htmlOf).join('')}</${tag}>`
}
