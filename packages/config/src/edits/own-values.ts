import type { JsonObject } from '../json/value.ts'
import { meaningOf, own } from '../schema/kind.ts'
import { textIn, toggle } from '../schema/lenient.ts'
import { ruleName, ruleWords } from '../tree/rule-lines.ts'
import type { Draft } from './draft.ts'
import { isAbout, normalIn, ownListIn } from './own-lists.ts'
import { targetAt, tpgAt } from './target-place.ts'
import type { TpgAt } from './tree-path.ts'

/** What is set, in words, by whose it is. */
type Words = Readonly<Record<string, string>>

/** Whose logins a redirection sends elsewhere that names nobody. */
const EVERYBODY = 'everybody'

const whoseOf = (member: JsonObject): string => {
  const initiator = normalIn(member, 'initiator')
  return typeof initiator === 'string' ? initiator : EVERYBODY
}

const wordsOf = (member: JsonObject): string =>
  `${textIn(member, 'address')}${meaningOf(toggle, own(member, 'permanent') ?? false) === true ? ' for good' : ''}`

/** Of two for the same logins the first holds. */
function redirectionsOf(draft: Draft, at: { readonly target: string; readonly tag?: number }): readonly JsonObject[] {
  return ownListIn(draft, 'redirections')
    .filter((each): each is JsonObject => isAbout(each, at))
    .toReversed()
}

/** Where logins to the TPGs of a target are sent. */
export function targetRedirections(draft: Draft, { target }: Pick<TpgAt, 'target'>): Words {
  targetAt(draft, target)
  const name = (member: JsonObject) => `tpg${textIn(member, 'tag')}/${whoseOf(member)}`
  return Object.fromEntries(redirectionsOf(draft, { target }).map(each => [name(each), wordsOf(each)]))
}

/** Where logins to a TPG are sent, by whose. */
export function tpgRedirections(draft: Draft, at: TpgAt): Words {
  tpgAt(draft, at)
  return Object.fromEntries(redirectionsOf(draft, at).map(each => [whoseOf(each), wordsOf(each)]))
}

/** Where those of one initiator are sent: by what is its own, else by what is everybody's. */
export function initiatorRedirections(draft: Draft, at: TpgAt, initiator: string): Words {
  const all = tpgRedirections(draft, at)
  return Object.fromEntries(
    Object.entries(all).filter(([whose]) => whose === (initiator in all ? initiator : EVERYBODY)),
  )
}

/** Whom the access rules of a TPG let in, and to what. */
export function accessRules(draft: Draft, at: TpgAt): Words {
  tpgAt(draft, at)
  const rules = ownListIn(draft, 'access_rules').filter((each): each is JsonObject => isAbout(each, at))
  return Object.fromEntries(rules.map(rule => [ruleName(rule), ruleWords(rule)]))
}
