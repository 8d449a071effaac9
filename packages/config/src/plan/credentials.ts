import { ChapSecret } from '@lunkit/pdu'
import { type FabricModule, type NodeAcl, type Tpg, UNREADABLE } from '../saveconfig.ts'
import type { CredentialsPlan, IdentityPlan } from './login-plan.ts'

/** What has credentials in a file. */
export type CredentialHolder = Tpg | NodeAcl | FabricModule

/** RFC 7143 9.2.1: shorter ones can be found out by who has listened. */
const STRONG_BYTES = 12

/** Credentials as a file has them. */
export interface FoundCredentials {
  /** Whether any name or secret is given, in either spelling. */
  readonly given: boolean
  /** Whole ones: a user ID with its password. */
  readonly whole: CredentialsPlan | undefined
  /** Whether any of them cannot be read. */
  readonly unreadable: boolean
  /** What an administrator should know about them, in words; never what they are. */
  readonly concerns: readonly string[]
}

const PREFIXES = ['chap_', 'discovery_', '']
const NAMES = ['userid', 'password', 'mutual_userid', 'mutual_password'] as const
type Name = (typeof NAMES)[number]

/** The credentials of a TPG, an ACL or a fabric; where they are given as LIO's code spells them and as its manual does, its code's. */
export function credentialsOf(holder: CredentialHolder): FoundCredentials {
  const values = new Map(NAMES.map(name => [name, valueOf(holder, name)]))
  const given = [...values.values()].some(value => value !== '')
  if ([...values.values()].includes(UNREADABLE)) return { given, whole: undefined, unreadable: true, concerns: [] }
  const own = identity(values, 'userid', 'password')
  const mutual = identity(values, 'mutual_userid', 'mutual_password')
  const whole = own && { ...own, mutual }
  return { given, whole, unreadable: false, concerns: [...wrongOf(values, whole), ...weakOf(whole)] }
}

function valueOf(holder: CredentialHolder, name: Name): string {
  const values = holder as Readonly<Record<string, unknown>>
  for (const prefix of PREFIXES) {
    const value = values[`${prefix}${name}`]
    if (typeof value === 'string' && value !== '') return value
  }
  return ''
}

function identity(values: ReadonlyMap<Name, string>, id: Name, key: Name): IdentityPlan | undefined {
  const [name, secret] = [values.get(id), values.get(key)]
  return name && secret ? { name, secret: new ChapSecret(secret) } : undefined
}

function wrongOf(values: ReadonlyMap<Name, string>, whole: CredentialsPlan | undefined): readonly string[] {
  const isHalf = (id: Name, key: Name): boolean => (values.get(id) === '') !== (values.get(key) === '')
  const halves = [
    isHalf('userid', 'password') && 'a user ID and a password go together, of which there is one: it is not asked for',
    isHalf('mutual_userid', 'mutual_password') &&
      'a mutual user ID and a mutual password go together, of which there is one: the target cannot prove itself',
    values.get('password') !== '' &&
      values.get('password') === values.get('mutual_password') &&
      whole?.mutual !== undefined &&
      'the mutual password is the password, so that CHAP is refused (RFC 7143 9.2.1); right is another one',
  ]
  return halves.filter(text => text !== false)
}

function weakOf(whole: CredentialsPlan | undefined): readonly string[] {
  const isShort = (one: IdentityPlan | undefined): boolean =>
    one !== undefined && one.secret.bytes.length < STRONG_BYTES
  const right = `right are ${STRONG_BYTES} at least, or whoever listens finds it out`
  return [
    ...(isShort(whole) ? [`the password has fewer than ${STRONG_BYTES} bytes; ${right}`] : []),
    ...(isShort(whole?.mutual) ? [`the mutual password has fewer than ${STRONG_BYTES} bytes; ${right}`] : []),
  ]
}
