import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { secret } from '../names.ts'
import { ISCSI_FABRIC } from '../saveconfig.ts'
import { meaningOf, own } from '../schema/kind.ts'
import type { Draft } from './draft.ts'
import { withKeys, withMember, withoutMember } from './draft.ts'
import { edit, optionalText, takesAcl, takesTpg } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { setDiscoveryLogin, setLogin } from './login-place.ts'
import { changeAcl, changeTpg, initiatorsOf } from './target-place.ts'
import type { AclAt, TpgAt } from './tree-path.ts'
import { normalAcl, normalTpg, treePath } from './tree-path.ts'

/** Credentials by targetcli's names. What is left out stays, an empty one is taken away. */
export interface Credentials {
  readonly userid?: string
  readonly password?: string
  readonly mutual_userid?: string
  readonly mutual_password?: string
}

/** What takes credentials. */
export const takesCredentials = {
  userid: optionalText,
  password: optionalText,
  mutual_userid: optionalText,
  mutual_password: optionalText,
} as const

const LONGEST_BYTES = 255

/**
 * The keys of a file for credentials. They are kept under the names that LIO's code reads; the names of its manual page,
 * which a file may have instead, go. No message shows one.
 */
export function keysOf(
  credentials: Credentials,
  { prefix, path }: { readonly prefix: string; readonly path: string },
): Record<string, Json | undefined> {
  const keys: Record<string, Json | undefined> = {}
  for (const [name, value] of Object.entries(credentials) as [string, string][]) {
    if (Buffer.byteLength(value) > LONGEST_BYTES || /[\0\n]/.test(value)) {
      const right = `a text of at most ${LONGEST_BYTES} bytes without line feeds; an empty one takes it away`
      throw new EditError(EditFault.invalid, { path, wrong: `cannot have this ${name}`, right })
    }
    keys[`${prefix}${name}`] = meaningOf(secret, value) || undefined
    keys[name] = undefined
  }
  return keys
}

/** The keys of passwords, in both spellings, that are in the file no more. */
export const withoutPassword = (
  prefix: string,
  names: readonly ('password' | 'mutual_password')[],
): Readonly<Record<string, undefined>> =>
  Object.fromEntries(names.flatMap(name => [`${prefix}${name}`, name].map(key => [key, undefined])))

/** A password that is set, or taken away, stands nowhere else any more. */
const noReferences = ({ password, mutual_password }: Credentials): Readonly<Record<string, undefined>> => ({
  ...(password !== undefined && { password: undefined }),
  ...(mutual_password !== undefined && { mutual_password: undefined }),
})

const CHAP = 'chap_'
const DISCOVERY = 'discovery_'

/** The changes of credentials. */
export const authEdits = {
  setTpgAuth: edit<TpgAt & Credentials>(
    'credentials of initiators that have no ACL',
    { ...takesTpg, ...takesCredentials },
    (draft, { target, tag, ...credentials }) => {
      const at = normalTpg({ target, tag })
      const keys = keysOf(credentials, { prefix: CHAP, path: treePath.tpg(at) })
      changeTpg(draft, at, tpg => withKeys(tpg, keys))
      setLogin(draft, at, noReferences(credentials))
    },
  ),
  setAclAuth: edit<AclAt & Credentials>(
    'credentials of the initiator of an ACL, and of all that have its tag',
    { ...takesAcl, ...takesCredentials },
    (draft, { target, tag, initiator, ...credentials }) => {
      const at = normalAcl({ target, tag, initiator })
      const keys = keysOf(credentials, { prefix: CHAP, path: treePath.acl(at) })
      changeAcl(draft, at, acl => withKeys(acl, keys))
      for (const each of initiatorsOf(draft, at)) setLogin(draft, { ...at, initiator: each }, noReferences(credentials))
    },
  ),
  setDiscoveryAuth: edit<Credentials & { readonly enable?: string }>(
    'whether discovery asks for credentials (enable is 0 or 1), and for which',
    { ...takesCredentials, enable: optionalText },
    (draft, { enable, ...credentials }) => setDiscovery(draft, enable, credentials),
  ),
} as const

/** LIO keeps the settings of a fabric while discovery asks for credentials; here also those that wait to be asked for. */
function setDiscovery(draft: Draft, enable: string | undefined, credentials: Credentials): void {
  const path = '/iscsi'
  if (enable !== undefined && enable !== '0' && enable !== '1')
    throw new EditError(EditFault.invalid, { path, wrong: `cannot have enable=${enable}`, right: '0 or 1' })
  const keys = keysOf(credentials, { prefix: DISCOVERY, path })
  const switched = enable === undefined ? {} : { discovery_enable_auth: enable === '1' }
  keysInFabric(draft, { ...keys, ...switched })
  setDiscoveryLogin(draft, noReferences(credentials))
}

/** Sets keys of the settings of the iSCSI fabric, or takes some away. */
export function keysInFabric(draft: Draft, keys: Readonly<Record<string, Json | undefined>>): void {
  const fabrics = draft.list('fabric_modules')
  const index = fabrics.findIndex(fabric => isJsonObject(fabric) && own(fabric, 'name') === ISCSI_FABRIC)
  const before = index < 0 ? { discovery_enable_auth: false, name: ISCSI_FABRIC } : (fabrics[index] as JsonObject)
  const fabric = withKeys(before, keys)
  if (index >= 0)
    draft.set('fabric_modules', isIdle(fabric) ? withoutMember(fabrics, index) : withMember(fabrics, index, fabric))
  else if (!isIdle(fabric)) draft.set('fabric_modules', [...fabrics, fabric])
}

const isIdle = (fabric: JsonObject): boolean =>
  own(fabric, 'discovery_enable_auth') === false && Object.keys(fabric).length === 2
