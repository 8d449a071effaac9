import { checkOptions, type OptionDomains, object, oneOf, required } from '@lunkit/wire'
import { checkOnce, knownRight } from '../document.ts'
import type { JsonObject } from '../json/value.ts'
import type { Configuration } from '../saveconfig.ts'
import { asJson } from '../saveconfig.ts'
import { aclEdits } from './acl-edits.ts'
import { aluaEdits } from './alua-edits.ts'
import { attributeEdits } from './attribute-edits.ts'
import { authEdits } from './auth-edits.ts'
import { clearEdits } from './clear-edits.ts'
import { Draft } from './draft.ts'
import type { Edit } from './edit.ts'
import type { EditSources } from './edit-sources.ts'
import { checkSources, systemSources } from './edit-sources.ts'
import { isnsEdits } from './isns-edits.ts'
import { loginEdits } from './login-edits.ts'
import { lunEdits } from './lun-edits.ts'
import { portalEdits } from './portal-edits.ts'
import { redirectionEdits } from './redirection-edits.ts'
import { ruleEdits } from './rule-edits.ts'
import { settingEdits } from './setting-edits.ts'
import { storageEdits } from './storage-edits.ts'
import { targetEdits } from './target-edits.ts'

/** Every way to change a configuration, by name: the changes of targetcli's commands, with its words for their arguments. */
export const edits = {
  ...storageEdits,
  ...aluaEdits,
  ...targetEdits,
  ...portalEdits,
  ...lunEdits,
  ...aclEdits,
  ...attributeEdits,
  ...authEdits,
  ...loginEdits,
  ...settingEdits,
  ...redirectionEdits,
  ...isnsEdits,
  ...ruleEdits,
  ...clearEdits,
} as const

/** The name of an edit. */
export type EditName = keyof typeof edits
/** What an edit takes. */
export type EditArguments<K extends EditName> = (typeof edits)[K] extends Edit<infer A> ? A : never

/** A configuration after an edit. */
export interface Edited {
  readonly configuration: Configuration
  /** What was made, by its path in targetcli's tree, in order: `/iscsi/iqn.2026-11.com.example:disk/tpg1/luns/lun0`. */
  readonly made: readonly string[]
}

const CALL: OptionDomains = { name: required(oneOf(Object.keys(edits))), given: required(object()) }

/** An edit that is to be made, as data. */
export type EditCall<K extends EditName = EditName> = {
  readonly [N in K]: { readonly name: N; readonly given: EditArguments<N> }
}[K]

/**
 * The configuration after an edit. The one that is given is not changed, and what the edit does not touch is the same objects.
 * @throws {EditError} where it cannot be done: what is wrong, where, what would be right. {TypeError} or {RangeError} for what
 * is no edit or no argument of it; {ConfigError} for what is no configuration.
 */
export function applyEdit(configuration: Configuration, call: EditCall, sources: EditSources = systemSources): Edited {
  checkCall('applyEdit', call)
  const { name, given } = call
  checkSources('applyEdit: sources', sources)
  const draft = new Draft(asJson(checkOnce(asJson(configuration))) as JsonObject, sources)
  const row = edits[name] as unknown as Edit<typeof given>
  row.make(draft, present(given))
  return { configuration: knownRight(draft.document), made: draft.made }
}

/** @throws {TypeError} or {RangeError} for what is no edit or no argument of it. */
export function checkCall(caller: string, call: EditCall): void {
  checkOptions(`${caller}: call`, call, CALL)
  checkOptions(`${caller}: ${call.name}`, call.given, edits[call.name].takes as OptionDomains)
}

/** Arguments without those that are undefined, which count as left out. */
function present<A extends object>(given: A): A {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as A
}
