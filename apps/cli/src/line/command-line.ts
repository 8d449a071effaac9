import type { Word } from './words.ts'

/** A line as configshell reads it: `[PATH] [COMMAND] [VALUE ...] [NAME=VALUE ...]`. */
export interface CommandLine {
  /** As it was written; undefined: where one is. */
  readonly path: string | undefined
  /** Undefined: the path is to be entered. */
  readonly command: string | undefined
  readonly positional: readonly string[]
  readonly named: readonly (readonly [name: string, value: string])[]
}

/** A name that has a "/" in it, is "." or "..", or a bookmark: `@last`. */
const isPath = ({ text }: Word): boolean => text.includes('/') || text === '.' || text === '..' || /^[@*]/.test(text)
const NAME = /^[A-Za-z0-9_-]+$/

/** A switch, as programs have them: `--yes` is `yes=true`, `--initiator-name=iqn...` is `initiator_name=iqn...`. */
const SWITCH = /^--([a-z]+(?:-[a-z]+)*)(?:=(.*))?$/s

/** What a word gives: a parameter by its name, or by its place. */
function parameterOf({ text, equals }: Word): string | readonly [name: string, value: string] {
  const [, flag, given = 'true'] = SWITCH.exec(text) ?? []
  if (flag !== undefined) return [flag.replaceAll('-', '_'), given]
  const name = equals === undefined ? '' : text.slice(0, equals)
  return NAME.test(name) && equals !== undefined ? [name, text.slice(equals + 1)] : text
}

/** What a line says. Only its first word is a path; a line of no words says nothing. */
export function readWords(words: readonly Word[]): CommandLine {
  const [first] = words
  const hasPath = first !== undefined && isPath(first)
  const [command, ...rest] = hasPath ? words.slice(1) : words
  const parameters = rest.map(parameterOf)
  return {
    path: hasPath ? first.text : undefined,
    command: command?.text,
    positional: parameters.filter(each => typeof each === 'string'),
    named: parameters.filter(each => typeof each !== 'string'),
  }
}

/** Whether a line of a script says nothing: it is empty, or a comment. */
export const isComment = (line: string): boolean => /^\s*(?:#|$)/.test(line)
