import type { Command } from '../commands/command.ts'
import type { Parameter } from '../commands/parameter.ts'
import { kinds } from '../commands/parameter.ts'
import { groupNames, valueNames } from '../commands/value-commands.ts'
import type { CommandLine } from '../line/command-line.ts'
import type { Word } from '../line/words.ts'
import { wordsOf } from '../line/words.ts'
import type { Node } from './nodes.ts'
import { nodesAt } from './nodes.ts'
import type { Shell } from './shell.ts'

/** What a word that is being typed may become, whole: `name=value`, `/iscsi/`. */
export interface Completion {
  readonly candidates: readonly string[]
  /** The word as it is. */
  readonly typed: string
}

/** What is typed after a command of a node. */
interface Typing {
  readonly shell: Shell
  readonly node: Node
  readonly command: Command
  readonly line: CommandLine
  readonly typed: string
}

const isPathLike = (typed: string): boolean => /[/@]|^\.\.?$/.test(typed)

/** Paths that begin as it was typed; a "/" at the end of those that have something below. */
async function pathsLike(shell: Shell, typed: string, from: string): Promise<readonly string[]> {
  const above = typed.slice(0, typed.lastIndexOf('/') + 1)
  const bookmarks = typed.startsWith('@') ? [...(await shell.bookmarks.all()).keys()].map(name => `@${name}/`) : []
  if (above === '' && bookmarks.length > 0) return bookmarks
  const { path } = await shell.nodeAt(above === '' ? '.' : above, from)
  const [, ...below] = await nodesAt(shell.client, path, 1)
  return below.map(({ name, children }) => `${above}${name}${children > 0 ? '/' : ' '}`)
}

/** The first word of a line: a command of where the shell is, or a path. */
async function firstWords(shell: Shell, typed: string): Promise<readonly string[]> {
  const here = await shell.nodeAt('.')
  const paths = pathsLike(shell, typed, here.path)
  if (isPathLike(typed)) return paths
  // Commands are known without a daemon.
  return [...commandWords(shell, here), ...(await paths.catch(() => []))]
}

const commandWords = (shell: Shell, node: Node): readonly string[] =>
  ['help', ...shell.commandsOf(node).keys()].map(name => `${name} `)

async function valuesOf({ values, kind }: Parameter, { shell, node, typed }: Typing): Promise<readonly string[]> {
  const value = typed.slice(typed.indexOf('=') + 1)
  if (values !== undefined) return values({ client: shell.client, node }, value)
  return kind === kinds.flag ? ['true', 'false'] : (kind.words ?? [])
}

/** A value that is whole has a blank after it; a directory goes on. */
const asWhole = (value: string): string => (value.endsWith('/') ? value : `${value} `)

/** A parameter of a command: by its place, or by its name. */
async function parameterWords(typing: Typing): Promise<readonly string[]> {
  const { command, line, typed, shell, node } = typing
  const named = command.takes.find(({ name }) => typed.startsWith(`${name}=`))
  if (named !== undefined) return (await valuesOf(named, typing)).map(value => asWhole(`${named.name}=${value}`))
  const given = line.named.map(([name]) => name)
  const left = command.takes.slice(line.positional.length).filter(({ name }) => !given.includes(name))
  const [next] = left
  const isPath = next?.name === 'path'
  const values = next === undefined ? [] : await valuesOf(next, typing)
  const paths = isPath ? await pathsLike(shell, typed, node.path) : []
  return [...paths, ...values.map(asWhole), ...left.map(({ name }) => `${name}=`)]
}

/** A word of `get` or `set`: a group, or a name of it. */
async function groupWords({ shell, node, command, line, typed }: Typing): Promise<readonly string[]> {
  const [group] = line.positional
  if (group === undefined) return groupNames({ node }).map(name => `${name} `)
  const values = await valueNames({ client: shell.client, node }, group)
  if (command.takesMore === 'names') return Object.keys(values).map(name => `${name} `)
  const [, name] = /^([^=]+)=/.exec(typed) ?? []
  if (name !== undefined) return [`${name}=${values[name] ?? ''} `]
  return Object.keys(values).map(each => `${each}=`)
}

/** What a word may become after others, also what does not begin as it was typed. @throws what the daemon's end throws. */
export async function candidatesAfter(shell: Shell, words: readonly Word[], typed: string): Promise<readonly string[]> {
  if (words.length === 0) return firstWords(shell, typed)
  const line = await shell.read(words)
  const node = await shell.nodeAt(line.path ?? '.')
  if (line.command === undefined) return commandWords(shell, node)
  if (line.command === 'help') return commandWords(shell, node)
  const command = shell.commandsOf(node).get(line.command)
  if (command === undefined) return []
  const typing = { shell, node, command, line, typed }
  return command.takesMore === undefined ? parameterWords(typing) : groupWords(typing)
}

const candidatesOf = async (shell: Shell, before: string, typed: string): Promise<readonly string[]> =>
  candidatesAfter(shell, wordsOf(before), typed)

/** What the last word of a line may become. Nothing is changed by it; where nothing is known there is nothing. */
export async function completionOf(shell: Shell, line: string): Promise<Completion> {
  const [, before = '', typed = ''] = /^(.*?)(\S*)$/s.exec(line) ?? []
  const found = await candidatesOf(shell, before, typed).catch(() => [])
  return { candidates: found.filter(each => each.startsWith(typed)), typed }
}
