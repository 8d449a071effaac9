import { arrayOf, checkOptions, type OptionDomains, object, required, text } from '@lunkit/wire'
import { checkOnce } from '../document.ts'
import type { EditCall, Edited } from '../edits/edits.ts'
import { checkCall } from '../edits/edits.ts'
import { readValues } from '../edits/values.ts'
import type { Configuration } from '../saveconfig.ts'
import { asJson } from '../saveconfig.ts'
import type { EditWordsOptions, Told, Words } from './edit-messages.ts'
import { editMessages } from './edit-messages.ts'
import { checkWordsOptions } from './told-edit.ts'

/** An edit that was done. */
export interface DoneEdit {
  readonly call: EditCall
  /** The configuration that was edited. */
  readonly before: Configuration
  /** What applyEdit() made of it. */
  readonly edited: Edited
}

const DONE: OptionDomains = { call: required(object()), before: required(object()), edited: required(object()) }
const EDITED: OptionDomains = { configuration: required(object()), made: required(arrayOf(text())) }

/**
 * What targetcli prints of an edit that was done, line by line: `Created LUN 0.` What targetcli does without a word has no line.
 * @throws {TypeError} or {RangeError} for what is no edit, or was not made of it; {ConfigError} for what is no configuration.
 */
export function editWords(done: DoneEdit, options: EditWordsOptions = {}): readonly string[] {
  checkOptions('editWords: done', done, DONE)
  checkWordsOptions('editWords', options)
  const { call, before, edited } = done
  checkCall('editWords', call)
  checkOptions('editWords: edited', edited, EDITED)
  checkOnce(asJson(before))
  const { configuration, made } = edited
  const told: Told<typeof call.given> = {
    ...options,
    given: call.given,
    made,
    isSame: configuration === before,
    now: of => readValues(configuration, of),
  }
  return (editMessages[call.name] as Words<typeof call.given>)(told)
}
