import { type ChapAlgorithm, chapAlgorithms } from '@lunkit/pdu'
import { absolutePath } from '../names.ts'
import type { Kind } from '../schema/kind.ts'
import { flag } from '../schema/kind.ts'
import { nameLike } from '../schema/lenient.ts'
import { credentialName } from '../secret-reference.ts'
import { setting } from './setting.ts'

const NAMES: readonly string[] = chapAlgorithms.map(({ name }) => name)

function isListOfAlgorithms(text: string): boolean {
  const names = text.split(',')
  return names.every(name => NAMES.includes(name)) && new Set(names).size === names.length
}

/** The kind of `chap_algorithms`. */
const algorithmList = nameLike(
  `one or more of ${NAMES.toReversed().join(', ')}, with commas between: "SHA3-256,SHA256"`,
  isListOfAlgorithms,
)

/** The hashes that a list names. */
export const algorithmsIn = (list: string): readonly ChapAlgorithm[] =>
  chapAlgorithms.filter(({ name }) => list.split(',').includes(name)).map(({ algorithm }) => algorithm)

/** How CHAP goes, of a TPG, an ACL or discovery: under `lunkit.authentication` and `lunkit.discovery`. */
export const loginSettings = {
  chap_algorithms: setting(
    algorithmList,
    NAMES.join(','),
    'the hashes that CHAP may use, of which the strongest is used that the initiator offers; an ACL that says nothing has those of its TPG',
  ),
  require_mutual_chap: setting(
    flag,
    false,
    'by CHAP nobody is let in who does not ask the target to prove itself; an ACL that says nothing does as its TPG',
  ),
} as const

const optional: Readonly<Record<'path' | 'name', Kind<string | undefined>>> = {
  path: absolutePath,
  name: credentialName,
}

/** Where passwords stand that are in no configuration, as `set` takes them; in the file each is an object, `password` or `mutual_password`. */
export const secretSettings = {
  password_file: setting(
    optional.path,
    undefined,
    'the file that the password stands in, read at the start and at each reload; empty: none',
  ),
  password_credential: setting(
    optional.name,
    undefined,
    'the credential of systemd (LoadCredential=) that the password is; empty: none',
  ),
  mutual_password_file: setting(optional.path, undefined, 'the same file of the mutual password'),
  mutual_password_credential: setting(optional.name, undefined, 'the same credential of the mutual password'),
} as const

/** A setting that says where a password stands. */
export type SecretSetting = keyof typeof secretSettings

/** Which password each is of, and the key of its object in the file. */
export const secretPlaces: Readonly<
  Record<SecretSetting, readonly [of: 'password' | 'mutual_password', by: 'file' | 'credential']>
> = {
  password_file: ['password', 'file'],
  password_credential: ['password', 'credential'],
  mutual_password_file: ['mutual_password', 'file'],
  mutual_password_credential: ['mutual_password', 'credential'],
}
