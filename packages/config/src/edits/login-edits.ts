import type { Json, JsonObject } from '../json/value.ts'
import { meaningOf } from '../schema/kind.ts'
import { loginSettings, type SecretSetting, secretPlaces, secretSettings } from '../tables/login-settings.ts'
import { kindsOf } from '../tables/setting.ts'
import { keysInFabric, withoutPassword } from './auth-edits.ts'
import type { Draft } from './draft.ts'
import { withKeys } from './draft.ts'
import type { GivenValues } from './edit.ts'
import { edit, someValues, takesAcl, takesTpg } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { givenSettings } from './given-settings.ts'
import { checkName } from './given-values.ts'
import { discoveryIn, loginIn, setDiscoveryLogin, setLogin } from './login-place.ts'
import { changeAcl, changeTpg, initiatorsOf } from './target-place.ts'
import type { AclAt, TpgAt } from './tree-path.ts'
import { normalAcl, normalTpg, treePath } from './tree-path.ts'

type Password = 'password' | 'mutual_password'
type Values = Readonly<Record<string, Json | undefined>>

const kinds = kindsOf(loginSettings)
const names = [...Object.keys(loginSettings), ...Object.keys(secretSettings)]

const isSecretSetting = (name: string): name is SecretSetting => Object.hasOwn(secretSettings, name)

/** What changes of a holder's entry by settings that are given; what cannot be is not shown: it may be a password. */
function changesOf(login: JsonObject, given: GivenValues, path: string): Values {
  const changes: Record<string, Json | undefined> = {}
  const others: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(given)) {
    checkName(name, names, path)
    if (!isSecretSetting(name)) others[name] = value
    else Object.assign(changes, referenceFor({ ...login, ...changes } as JsonObject, { name, value, path }))
  }
  return { ...changes, ...givenSettings(kinds, others, path) }
}

/** What changes of an entry by a setting that says where one of its passwords stands. @throws {EditError} for what is no such place. */
export function referenceFor(
  login: JsonObject,
  { name, value, path }: { readonly name: SecretSetting; readonly value: string | number; readonly path: string },
): Values {
  const [of, by] = secretPlaces[name]
  const before = login[of] as JsonObject | undefined
  if (value === '') return before !== undefined && Object.hasOwn(before, by) ? { [of]: undefined } : {}
  const { kind } = secretSettings[name]
  if (meaningOf(kind, value) !== undefined) return { [of]: { [by]: String(value) } }
  const right = `${kind.right}, or nothing, which takes it away`
  throw new EditError(EditFault.invalid, { path, wrong: `cannot have this ${name}`, right })
}

/** The passwords that stand elsewhere from now on. */
export const movedIn = (changes: Values): readonly Password[] =>
  (['password', 'mutual_password'] as const).filter(name => changes[name] !== undefined)

function setOfTpg(draft: Draft, at: TpgAt, settings: GivenValues): void {
  const changes = changesOf(loginIn(draft.document, at), settings, treePath.tpg(at))
  changeTpg(draft, at, tpg => withKeys(tpg, withoutPassword('chap_', movedIn(changes))))
  setLogin(draft, at, changes)
}

function setOfAcl(draft: Draft, at: AclAt, settings: GivenValues): void {
  for (const initiator of initiatorsOf(draft, at)) {
    const each = { ...at, initiator }
    const changes = changesOf(loginIn(draft.document, each), settings, treePath.acl(at))
    changeAcl(draft, at, acl => withKeys(acl, withoutPassword('chap_', movedIn(changes))))
    setLogin(draft, each, changes)
  }
}

/** The changes of what LIO has no word for of how logins authenticate. An empty value takes a setting away. */
export const loginEdits = {
  setTpgSettings: edit<TpgAt & { readonly settings: GivenValues }>(
    'what LIO has no word for, of how the logins of a TPG authenticate',
    { ...takesTpg, settings: someValues },
    (draft, { settings, ...given }) => setOfTpg(draft, normalTpg(given), settings),
  ),
  setAclSettings: edit<AclAt & { readonly settings: GivenValues }>(
    'the same of an ACL, and of all that have its tag',
    { ...takesAcl, settings: someValues },
    (draft, { settings, ...given }) => setOfAcl(draft, normalAcl(given), settings),
  ),
  setDiscoverySettings: edit<{ readonly settings: GivenValues }>(
    'the same of discovery',
    { settings: someValues },
    (draft, { settings }) => {
      const changes = changesOf(discoveryIn(draft.document), settings, '/iscsi')
      keysInFabric(draft, withoutPassword('discovery_', movedIn(changes)))
      setDiscoveryLogin(draft, changes)
    },
  ),
} as const
