import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import { own } from '../schema/kind.ts'
import type { Draft } from './draft.ts'
import { withKeys } from './draft.ts'
import { setSettings } from './setting-place.ts'
import type { TpgAt } from './tree-path.ts'

const AUTHENTICATION = 'authentication'
const DISCOVERY = 'discovery'

/** A TPG, or the ACL of one initiator. */
export interface LoginAt extends TpgAt {
  readonly initiator?: string
}

type Values = Readonly<Record<string, Json | undefined>>

const NONE: readonly Json[] = []
const NOTHING: JsonObject = {}

/** What lunkit's own settings say of how logins authenticate; what is none says nothing. */
function listIn(document: JsonObject): readonly Json[] {
  const lunkit = own(document, 'lunkit')
  const list = isJsonObject(lunkit) ? own(lunkit, AUTHENTICATION) : undefined
  return Array.isArray(list) ? (list as readonly Json[]) : NONE
}

const keyOf = ({ target, tag, initiator }: Partial<LoginAt>): string => JSON.stringify([target, tag, initiator])
const normal = (value: unknown): string | undefined =>
  typeof value === 'string' ? normalizeIscsiName(value) : undefined

function keyIn(each: JsonObject): string {
  const initiator = own(each, 'initiator')
  return keyOf({
    ...{ target: normal(own(each, 'target')) ?? '', tag: Number(own(each, 'tag')) },
    ...(initiator !== undefined && { initiator: normal(initiator) ?? '' }),
  })
}

/** A document is never changed in place: its list says the same as long as it is the same object. */
const indexes = new WeakMap<readonly Json[], ReadonlyMap<string, JsonObject>>()

function indexOf(list: readonly Json[]): ReadonlyMap<string, JsonObject> {
  const known = indexes.get(list)
  if (known !== undefined) return known
  // Of two of one the first holds.
  const made = new Map(list.toReversed().flatMap(each => (isJsonObject(each) ? [[keyIn(each), each] as const] : [])))
  indexes.set(list, made)
  return made
}

const normalAt = ({ target, tag, initiator }: LoginAt): LoginAt => ({
  ...{ target: normalizeIscsiName(target), tag },
  ...(initiator !== undefined && { initiator: normalizeIscsiName(initiator) }),
})

/** What lunkit's own settings say of a TPG or an ACL; nothing where they do not. */
export const loginIn = (document: JsonObject, at: LoginAt): JsonObject =>
  indexOf(listIn(document)).get(keyOf(normalAt(at))) ?? NOTHING

/** The same of discovery. */
export function discoveryIn(document: JsonObject): JsonObject {
  const lunkit = own(document, 'lunkit')
  const found = isJsonObject(lunkit) ? own(lunkit, DISCOVERY) : undefined
  return isJsonObject(found) ? found : NOTHING
}

/** Sets what is said of a TPG or an ACL, or takes some away; of what nothing is left is not named any more. */
export function setLogin(draft: Draft, given: LoginAt, values: Values): void {
  const at = normalAt(given)
  const before = loginIn(draft.document, at)
  const { target = at.target, tag = at.tag, initiator = at.initiator, ...said } = withKeys(before, values)
  const names = { target, tag, ...(initiator !== undefined && { initiator }) }
  const after = Object.keys(said).length > 0 ? [{ ...names, ...said }] : []
  const list = listIn(draft.document)
  const index = list.indexOf(before)
  if (index < 0 && after.length === 0) return
  setList(draft, index < 0 ? [...list, ...after] : list.toSpliced(index, 1, ...after))
}

/** The same of discovery. */
export function setDiscoveryLogin(draft: Draft, values: Values): void {
  const said = withKeys(discoveryIn(draft.document), values)
  if (own(draft.document, 'lunkit') === undefined && Object.keys(said).length === 0) return
  setSettings(draft, { [DISCOVERY]: Object.keys(said).length > 0 ? said : undefined })
}

/** Says of the ACL of another initiator what is said of one. */
export function copyLogin(draft: Draft, from: LoginAt, initiator: string): void {
  const { target: _, tag: __, initiator: ___, ...said } = loginIn(draft.document, from)
  forgetLogins(draft, { ...from, initiator })
  setLogin(draft, { ...from, initiator }, said)
}

/** What is said of a target, a TPG or an ACL goes with it. */
export function forgetLogins(draft: Draft, given: Partial<LoginAt> & { readonly target: string }): void {
  const list = listIn(draft.document)
  const target = normalizeIscsiName(given.target)
  const initiator = normal(given.initiator)
  const left = list.filter(
    each =>
      !(
        isJsonObject(each) &&
        normal(own(each, 'target')) === target &&
        (given.tag === undefined || own(each, 'tag') === given.tag) &&
        (initiator === undefined || normal(own(each, 'initiator')) === initiator)
      ),
  )
  if (left.length < list.length) setList(draft, left)
}

function setList(draft: Draft, list: readonly Json[]): void {
  setSettings(draft, { [AUTHENTICATION]: list.length > 0 ? list : undefined })
}
