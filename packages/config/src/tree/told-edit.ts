import {
  arrayOf,
  checkArgument,
  checkOptions,
  flag,
  type OptionDomains,
  object,
  oneOf,
  required,
  text,
  wholeNumber,
} from '@lunkit/wire'
import type { EditCall } from '../edits/edits.ts'
import type { Values } from '../edits/values.ts'
import type { EditWordsOptions, Told, Words } from './edit-messages.ts'
import { editMessages } from './edit-messages.ts'

/** An edit that somebody else has done, as far as its words depend on it. */
export interface ToldEdit {
  readonly call: EditCall
  /** What was made, by its path, in order. */
  readonly made: readonly string[]
  /** There was nothing to change; left out: there was. */
  readonly isSame?: boolean
  /** The values in force now of the group that it set some of; left out: it set none. */
  readonly values?: Values
}

const CALL: OptionDomains = { name: required(oneOf(Object.keys(editMessages))), given: required(object()) }
const TOLD: OptionDomains = {
  call: required(object()),
  made: required(arrayOf(text())),
  isSame: flag,
  values: object(),
}
const OPTIONS: OptionDomains = { showsSecrets: flag, typedSize: text(), backing: object() }
const BACKING: OptionDomains = { existed: required(flag), isBlockDevice: flag, sizeBytes: required(wholeNumber()) }
const LINES = arrayOf(text())

/** @throws {TypeError} or {RangeError} for what says nothing of the words of an edit. */
export function checkWordsOptions(caller: string, options: EditWordsOptions): void {
  checkOptions(`${caller}: options`, options, OPTIONS)
  if (options.backing !== undefined) checkOptions(`${caller}: backing`, options.backing, BACKING)
}

/**
 * What targetcli prints of an edit that a daemon has done, line by line, as editWords() has it for one that was done here.
 * @throws {TypeError} or {RangeError} for what is no edit; what it was given, the daemon has looked at.
 */
export function toldWords(told: ToldEdit, options: EditWordsOptions = {}): readonly string[] {
  checkOptions('toldWords: told', told, TOLD)
  checkOptions('toldWords: call', told.call, CALL)
  checkWordsOptions('toldWords', options)
  const { call, made, isSame = false, values = {} } = told
  const words = editMessages[call.name] as Words<typeof call.given>
  const lines = words({ ...options, given: call.given, made, isSame, now: () => values } satisfies Told<object>)
  checkArgument('what the edit says', lines, LINES)
  return lines
}
