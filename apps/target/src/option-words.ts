import { options } from './options.ts'

/** An option as it is written, `-h, --help`, and what is said of it. */
export interface OptionWords {
  readonly syntax: string
  readonly text: string
}

interface Declared {
  readonly short?: string
  readonly value?: string
  readonly meaning: string
}

/** Every option in words. */
export function optionWords(): readonly OptionWords[] {
  return Object.entries(options as Readonly<Record<string, Declared>>).map(([name, { short, value, meaning }]) => ({
    syntax: `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
    text: meaning,
  }))
}

const WIDTH = 94

/** A text after the first columns of a line, which its other lines leave blank. */
export function hanging(first: string, text: string, indent: number): readonly string[] {
  const lines: string[] = []
  let line = first.padEnd(Math.max(0, indent - 2))
  let begins = first === '' ? '' : '  '
  for (const word of text.split(' ')) {
    if (line.length + begins.length + word.length > WIDTH && line.trim() !== '') {
      lines.push(line)
      line = ' '.repeat(indent) + word
    } else line += begins + word
    begins = ' '
  }
  return [...lines, line]
}

/** What `--help` says of the options. */
export const optionLines = (): readonly string[] =>
  optionWords().flatMap(({ syntax, text }) => hanging(`  ${syntax}`, text, 18))
