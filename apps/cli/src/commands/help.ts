import { nearest } from '@lunkit/wire'
import type { CommandLine } from '../line/command-line.ts'
import { misused } from '../refusal.ts'
import type { Node } from '../shell/nodes.ts'
import type { Command, Reply } from './command.ts'
import type { Parameter } from './parameter.ts'
import { syntaxOf } from './parameter.ts'
import { columns } from './table-text.ts'

const GRAMMAR = [
  'A line is [PATH] [COMMAND] [VALUE ...] [NAME=VALUE ...]. A path alone enters it; "ls" shows what is below.',
  'A value with blanks stands in quotes. "help COMMAND" says what a command takes.',
]

function parameterLine({ name, kind, isRequired, default: without, meaning }: Parameter): readonly string[] {
  const left = isRequired === true ? 'required' : without === undefined ? 'may be left out' : `else ${without}`
  return [`  ${name}=${kind.syntax}`, left, meaning ?? '']
}

function topic({ name, meaning, takes }: Command): Reply {
  const lines = [`${name} ${syntaxOf(takes)}`.trim(), `  ${meaning}`]
  const parameters = takes.map(parameterLine)
  const table = parameters.length === 0 ? [] : columns(['', '', ''], parameters).slice(1)
  const data = takes.map(({ kind, ...each }) => ({ ...each, syntax: kind.syntax }))
  return { lines: [...lines, ...table.map(line => line.trimEnd())], data: { name, meaning, takes: data } }
}

/** What `help` says of a node, and of one of its commands. @throws {Refusal} for a topic that is none. */
export function helpOf({ path }: Node, commands: ReadonlyMap<string, Command>, { positional }: CommandLine): Reply {
  const [name] = positional
  if (name !== undefined) {
    const found = commands.get(name)
    if (found !== undefined) return topic(found)
    const near = nearest(name, [...commands.keys()])
    const right = near === null ? `Right is one of ${[...commands.keys()].sort().join(', ')}.` : `There is ${near}.`
    throw misused(`Cannot find help topic ${name}.`, right)
  }
  const rows = [...commands.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
  const table = columns(
    ['', ''],
    rows.map(each => [`  ${each.name} ${syntaxOf(each.takes)}`.trimEnd(), each.meaning]),
  ).slice(1)
  return {
    lines: [...GRAMMAR, `Commands of ${path}:`, ...table],
    data: { path, commands: rows.map(each => ({ name: each.name, meaning: each.meaning })) },
  }
}
