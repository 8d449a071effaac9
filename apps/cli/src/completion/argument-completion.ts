import { fileNames } from '../commands/completions.ts'
import { wordsOfArguments } from '../line/words.ts'
import type { Invocation } from '../options.ts'
import { optionNamed, programOptions, readInvocation } from '../options.ts'
import { candidatesAfter } from '../shell/completion.ts'
import type { Shell } from '../shell/shell.ts'

/** What completes arguments: it makes the shell that a line would run in. */
export interface CompletionOptions {
  readonly environment: NodeJS.ProcessEnv
  readonly shellOf: (invocation: Invocation) => Shell
}

const asFinished = (file: string): string => (file.endsWith('/') ? file : `${file} `)

async function filesLike(typed: string, before: string): Promise<readonly string[]> {
  const files = await fileNames(undefined, typed)
  return files.map(file => before + asFinished(file))
}

const optionWords = (): readonly string[] =>
  programOptions.flatMap(({ name, short }) => [`${name} `, ...(short === undefined ? [] : [`${short} `])])

/** What of the arguments is options: where the line behind them begins, and whether the value of one is still to come. */
function optionsOf(before: readonly string[]): { readonly end: number; readonly isOpen: boolean } {
  let at = 0
  for (; at < before.length; at++) {
    const argument = before[at] ?? ''
    if (argument === 'targetcli') continue
    if (!argument.startsWith('-')) break
    const { option, inner } = optionNamed(argument)
    if (option.value !== undefined && inner === undefined) at++
  }
  return { end: Math.min(at, before.length), isOpen: at > before.length }
}

async function argumentsLike(before: readonly string[], typed: string, options: CompletionOptions) {
  const { environment, shellOf } = options
  const { end, isOpen } = optionsOf(before)
  if (isOpen) return filesLike(typed, '')
  if (end === before.length) {
    const [, inner] = /^(--[a-z-]+=)/.exec(typed) ?? []
    if (inner !== undefined) return filesLike(typed.slice(inner.length), inner)
    if (typed.startsWith('-')) return optionWords()
  }
  const { words, ...invocation } = readInvocation(before, environment)
  const line = await candidatesAfter(shellOf({ ...invocation, words }), wordsOfArguments(words), typed)
  const isFirst = words.length === 0 && !invocation.isTargetcli
  return isFirst ? [...line, 'targetcli '] : line
}

/**
 * What the last argument of the program may become, as it is being typed: options, their files, and what the shell has for a line; a
 * blank at its end says that it is whole. None where something is wrong, or no daemon answers: whoever types is not to be told there.
 */
export async function completedArguments(
  args: readonly string[],
  options: CompletionOptions,
): Promise<readonly string[]> {
  const [before, typed] = [args.slice(0, -1), args.at(-1) ?? '']
  const found = await argumentsLike(before, typed, options).catch(() => [])
  return found.filter(each => each.startsWith(typed))
}
