import { ChapSecret } from '@lunkit/pdu'
import { type AccessRuleSettings, type FabricModule, type NodeAcl, type Tpg, UNREADABLE } from '../saveconfig.ts'
import type { FoundSecret } from './found-secret.ts'
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

/** Why there is no secret where one is said to be. */
const Missing = { unreadable: 'unreadable', lost: 'lost' } as const
/** A secret as it was found; undefined: none is given. */
type FoundKey = ChapSecret | (typeof Missing)[keyof typeof Missing] | undefined

/** A user ID with what was found of its password. */
interface FoundIdentity {
  /** Empty: none is given. */
  readonly name: string
  readonly key: FoundKey
}

/**
 * The credentials of a TPG, an ACL, an access rule or a fabric; where they are given as LIO's code spells them and as its manual does, its code's.
 * A password that lunkit's own settings have elsewhere stands in the place of LIO's.
 */
export function credentialsOf(holder: CredentialHolder, login: OwnLogin = NO_OWN_LOGIN): FoundCredentials {
  const one: FoundIdentity = { name: textOf(holder, 'userid'), key: keyOf(holder, 'password', login.password) }
  const mutual: FoundIdentity = {
    name: textOf(holder, 'mutual_userid'),
    key: keyOf(holder, 'mutual_password', login.mutualPassword),
  }
  const both = [one, mutual]
  const given = both.some(({ name, key }) => name !== '' || key !== undefined)
  const unreadable = both.some(isUnreadable) || one.key === Missing.lost
  const unused = unusedOf(holder, login)
  if (unreadable) return { given, whole: undefined, unreadable: true, concerns: unused }
  const own = identityOf(one)
  const whole = own && { ...own, mutual: identityOf(mutual), ...howOf(login) }
  return { given, whole, unreadable: false, concerns: [...wrongOf(one, mutual, whole), ...weakOf(whole), ...unused] }
}

function keyOf(holder: CredentialHolder, name: string, elsewhere: FoundSecret | undefined): FoundKey {
  if (elsewhere !== undefined) return elsewhere.secret ?? Missing.lost
  const text = textOf(holder, name)
  if (text === UNREADABLE) return Missing.unreadable
  return text === '' ? undefined : new ChapSecret(text)
}

const isUnreadable = ({ name, key }: FoundIdentity): boolean => name === UNREADABLE || key === Missing.unreadable

const howOf = ({ algorithms, mutualRequired }: OwnLogin): Pick<CredentialsPlan, 'algorithms' | 'mutualRequired'> => ({
  ...(algorithms !== undefined && { algorithms }),
  ...(mutualRequired === true && { mutualRequired }),
})

/** The passwords that stand in the file though others hold. */
function unusedOf(holder: CredentialHolder, { password, mutualPassword }: OwnLogin): readonly string[] {
  const elsewhere = { password, mutual_password: mutualPassword }
  const idle = Object.entries(elsewhere).filter(([name, found]) => found !== undefined && textOf(holder, name) !== '')
  return idle.map(
    ([name]) =>
      `the ${name} that stands here is not used, and everybody who may read the file has it: lunkit's settings say that it stands elsewhere`,
  )
}

function textOf(holder: CredentialHolder, name: string): string {
  const values = holder as Readonly<Record<string, unknown>>
  for (const prefix of PREFIXES) {
    const value = values[`${prefix}${name}`]
    if (typeof value === 'string' && value !== '') return value
  }
  return ''
}

const identityOf = ({ name, key }: FoundIdentity): IdentityPlan | undefined =>
  name !== '' && key instanceof ChapSecret ? { name, secret: key } : undefined

const isHalf = ({ name, key }: FoundIdentity): boolean => (name === '') !== (key === undefined)

function wrongOf(one: FoundIdentity, mutual: FoundIdentity, whole: CredentialsPlan | undefined): readonly string[] {
  const isSame = whole?.mutual !== undefined && Buffer.from(whole.secret.bytes).equals(whole.mutual.secret.bytes)
  const found = [
    isHalf(one) && 'a user ID and a password go together, of which there is one: it is not asked for',
    isHalf(mutual) &&
      'a mutual user ID and a mutual password go together, of which there is one: the target cannot prove itself',
    isSame && 'the mutual password is the password, so that CHAP is refused (RFC 7143 9.2.1); right is another one',
  ]
  return found.filter(text => text !== false)
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
