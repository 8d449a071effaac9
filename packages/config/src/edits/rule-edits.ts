import { wholeNumber } from '@lunkit/wire'
import type { Json, JsonObject } from '../json/value.ts'
import {
  formatRuleInitiators,
  parseRuleInitiators,
  type RuleInitiators,
  rightRuleInitiators,
} from '../rule-initiators.ts'
import { textIn } from '../schema/lenient.ts'
import type { SecretSetting } from '../tables/login-settings.ts'
import { type Credentials, keysOf, takesCredentials } from './auth-edits.ts'
import type { Draft } from './draft.ts'
import { withKeys } from './draft.ts'
import { edit, optionalFlag, optionalText, someText, takesTpg } from './edit.ts'
import { EditError, EditFault, notThere } from './edit-error.ts'
import { movedIn, referenceFor } from './login-edits.ts'
import { checkNumber } from './lun-edits.ts'
import { isAbout, ownListIn, putInOwnList } from './own-lists.ts'
import { listOfTpg, numberIn, tpgAt } from './target-place.ts'
import type { TpgAt } from './tree-path.ts'
import { normalTpg, treePath } from './tree-path.ts'

const RULES = 'access_rules'

/** An access rule of a TPG. */
export interface RuleAt extends TpgAt {
  readonly initiators: string
}

const takesRule = { ...takesTpg, initiators: someText } as const

/** Where its passwords stand that are in no configuration; an empty text takes the place away. */
type References = { readonly [K in SecretSetting]?: string }

const takesReferences = {
  password_file: optionalText,
  password_credential: optionalText,
  mutual_password_file: optionalText,
  mutual_password_credential: optionalText,
} as const satisfies Record<SecretSetting, unknown>

/** What a rule gives, beside credentials; what is left out stays, an empty list of LUNs is those of the TPG. */
export interface RuleSettings extends Credentials, References {
  readonly authentication?: number
  readonly mapped_luns?: string
  readonly write_protect?: boolean
}

/** `0`, `5=lun0`, `5=lun0:ro`. */
const MAPPED = /^(?:(?<index>\d{1,5})=)?(?:lun)?(?<lun>\d{1,5})(?<ro>:ro)?$/

/** The place of a rule, by the one form of what it is called. @throws {EditError} for what nobody can be called. */
function placeOf(draft: Draft, { initiators, ...given }: RuleAt) {
  const at = normalTpg(given)
  tpgAt(draft, at)
  const path = treePath.tpg(at)
  const right = rightRuleInitiators(initiators)
  if (right !== undefined)
    throw new EditError(EditFault.invalid, {
      path,
      wrong: `cannot have an access rule for ${JSON.stringify(initiators)}`,
      right: `${right}; one initiator has an ACL`,
    })
  const name = formatRuleInitiators(parseRuleInitiators(initiators) as RuleInitiators)
  return { at, path, name, isIt: (each: Json): boolean => isAbout(each, at) && nameIn(each) === name }
}

function nameIn(rule: JsonObject): string | undefined {
  const initiators = parseRuleInitiators(textIn(rule, 'initiators') ?? '')
  return initiators && formatRuleInitiators(initiators)
}

/** LUNs as they are written in a line: `0,5=lun1:ro`. @throws {EditError} for what the TPG does not have, or has a number twice. */
function mappedLuns(draft: Draft, at: TpgAt, text: string): readonly Json[] | undefined {
  if (text === '') return undefined
  const path = treePath.tpg(at)
  const there = listOfTpg(tpgAt(draft, at).object, 'luns', at).map(lun => numberIn(lun, 'index'))
  const mapped = text.split(',').map(each => mappedLun(each, path))
  for (const [place, { index, tpg_lun: lun }] of mapped.entries()) {
    checkNumber(index, path)
    if (!there.includes(lun)) throw notThere(treePath.lun(at, lun), 'a LUN')
    if (mapped.findIndex(each => each.index === index) < place)
      throw new EditError(EditFault.exists, {
        path,
        wrong: `cannot map two LUNs to the number ${index}`,
        right: 'a number of its own for each',
      })
  }
  return mapped
}

function mappedLun(text: string, path: string) {
  const { index, lun, ro } = MAPPED.exec(text)?.groups ?? {}
  if (lun === undefined)
    throw new EditError(EditFault.invalid, {
      path,
      wrong: `cannot map ${JSON.stringify(text)}`,
      right: 'LUNs of the TPG with a comma between: lun0,5=lun1:ro, where 5 is the number that is seen',
    })
  return { index: Number(index ?? lun), tpg_lun: Number(lun), write_protect: ro !== undefined }
}

/** Its credentials: a password that is set stands in no other place any more, and one that stands elsewhere not in the file. */
function secretKeys(rule: JsonObject, given: Credentials & References, path: string) {
  const { password_file, password_credential, mutual_password_file, mutual_password_credential, ...credentials } = given
  const places = { password_file, password_credential, mutual_password_file, mutual_password_credential }
  const changes: Record<string, Json | undefined> = keysOf(credentials, { prefix: 'chap_', path })
  for (const [name, value] of Object.entries(places) as [SecretSetting, string | undefined][]) {
    if (value === undefined) continue
    const moved = referenceFor({ ...rule, ...changes } as JsonObject, { name, value, path })
    Object.assign(changes, moved, withoutChap(movedIn(moved)))
  }
  return changes
}

const withoutChap = (passwords: readonly string[]): Readonly<Record<string, undefined>> =>
  Object.fromEntries(passwords.map(name => [`chap_${name}`, undefined]))

/** The changes of who is let in without an ACL. */
export const ruleEdits = {
  setAccessRule: edit<RuleAt & RuleSettings>(
    'lets initiators in by a tag, the beginning of their names, or where they come from; what is left out of a rule stays',
    {
      ...takesRule,
      ...takesCredentials,
      ...takesReferences,
      authentication: wholeNumber(-1, 1),
      mapped_luns: optionalText,
      write_protect: optionalFlag,
    },
    (draft, { target, tag, initiators, authentication, mapped_luns, write_protect, ...secrets }) => {
      const { at, path, name, isIt } = placeOf(draft, { target, tag, initiators })
      const before = (ownListIn(draft, RULES).find(isIt) ?? {}) as JsonObject
      const member = withKeys(before, {
        ...at,
        initiators: name,
        ...(authentication !== undefined && { authentication }),
        ...(mapped_luns !== undefined && { mapped_luns: mappedLuns(draft, at, mapped_luns) }),
        ...(write_protect !== undefined && { write_protect }),
        ...secretKeys(before, secrets, path),
      })
      putInOwnList(draft, RULES, { isIt, member })
    },
  ),
  deleteAccessRule: edit<RuleAt>('takes an access rule away', takesRule, (draft, given) => {
    const { path, name, isIt } = placeOf(draft, given)
    const names = ownListIn(draft, RULES).flatMap(each => (isAbout(each, normalTpg(given)) ? [nameIn(each)] : []))
    if (!names.includes(name)) {
      const right = names.length === 0 ? 'one that is there, and it has none' : `one that is there: ${names.join(', ')}`
      throw new EditError(EditFault.notFound, { path, wrong: `has no access rule ${name}`, right })
    }
    putInOwnList(draft, RULES, { isIt, member: undefined })
  }),
} as const
