import { ChapSecret } from '@lunkit/pdu'
import { type AccessRuleSettings, type FabricModule, type NodeAcl, type Tpg, UNREADABLE } from '../saveconfig.ts'
import type { CredentialsPlan, IdentityPlan } from './login-plan.ts'
import type { OwnLogin } from './own-login.ts'
import { NO_OWN_LOGIN } from './own-login.ts'

/** What has credentials in a file. */
export type CredentialHolder = Tpg | NodeAcl | FabricModule | AccessRuleSettings

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

/**
 * The credentials of a TPG, an ACL or a fabric; where they are given as LIO's code spells them and as its manual does, its code's.
 * A password that lunkit's own settings have elsewhere stands in the place of LIO's.
 */
export function credentialsOf(holder: CredentialHolder, login: OwnLogin = NO_OWN_LOGIN): FoundCredentials {
  const elsewhere = { password: login.password, mutual_password: login.mutualPassword }
  const inFile = new Map(NAMES.map(name => [name, valueOf(holder, name)]))
  const values = new Map(inFile)
  for (const [name, found] of Object.entries(elsewhere) as [Name, OwnLogin['password']][])
    if (found !== undefined) values.set(name, found.secret === undefined ? LOST : textOf(found.secret))
  const given = [...values.values()].some(value => value !== '')
  const unreadable = [...values.values()].includes(UNREADABLE) || values.get('password') === LOST
  const unused = (Object.keys(elsewhere) as (keyof typeof elsewhere)[]).flatMap(name =>
    elsewhere[name] !== undefined && inFile.get(name) !== '' ? [unusedOf(name)] : [],
  )
  if (unreadable) return { given, whole: undefined, unreadable: true, concerns: unused }
  const own = identity(values, 'userid', 'password')
  const mutual = identity(values, 'mutual_userid', 'mutual_password')
  const whole = own && { ...own, mutual, ...howOf(login) }
  return { given, whole, unreadable: false, concerns: [...wrongOf(values, whole), ...weakOf(whole), ...unused] }
}

/** A secret that was to be had elsewhere, and is not. No file can say it. */
const LOST = '\nlost'

const textOf = ({ bytes }: ChapSecret): string => Buffer.from(bytes).toString()

const howOf = ({ algorithms, mutualRequired }: OwnLogin): Pick<CredentialsPlan, 'algorithms' | 'mutualRequired'> => ({
  ...(algorithms !== undefined && { algorithms }),
  ...(mutualRequired === true && { mutualRequired }),
})

const unusedOf = (name: string): string =>
  `the ${name} that stands here is not used, and everybody who may read the file has it: lunkit's settings say that it stands elsewhere`

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
  return name && secret && secret !== LOST ? { name, secret: new ChapSecret(secret) } : undefined
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
