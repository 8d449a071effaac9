import { createHash, randomBytes } from 'node:crypto'
import { checkArgument, oneOf, text } from '@lunkit/wire'
import { TokenRole } from './token-role.ts'

/** As many bits as a hash has: no guess ever hits one. */
const TOKEN_BYTES = 32
/** By this, tools that look for secrets in what should have none find one. */
const PREFIX = 'lunkit_'
/** What stands before a hash. */
const HASH = /^sha256:(?<hex>[0-9a-f]{64})$/
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

const NAME_WORDS = 'a letter or digit, and up to 63 of letters, digits, ".", "_" and "-"'
const NAMES = text(NAME_WORDS, value => NAME.test(value))
const ROLES: readonly string[] = Object.values(TokenRole)
const ROLE = oneOf(ROLES)

/** What a line of a file of tokens says. */
export interface TokenEntry {
  readonly name: string
  readonly role: TokenRole
  /** SHA-256 of the token. */
  readonly hash: Buffer
}

/**
 * SHA-256 of a token. A slow hash would be for passwords, which can be guessed; a token is 256 random bits, which cannot, and what
 * strangers send must cost little.
 */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/**
 * A new token, and the line that lets its holder in: only a hash of it stands there.
 * @throws {TypeError} or {RangeError} for what is no name, or no role.
 */
export function newToken(name: string, role: TokenRole): { readonly token: string; readonly line: string } {
  checkArgument('newToken: name', name, NAMES)
  checkArgument('newToken: role', role, ROLE)
  const token = PREFIX + randomBytes(TOKEN_BYTES).toString('base64url')
  return { token, line: `${name} ${role} sha256:${hashOf(token).toString('hex')}` }
}

/** What a line says; a text says what is wrong with it, and shows nothing of it: it may be a token by mistake. */
export function readTokenLine(line: string): TokenEntry | string {
  const [name = '', role = '', hash = '', ...rest] = line.trim().split(/\s+/)
  if (!NAME.test(name)) return `has no name first; right is ${NAME_WORDS}`
  if (!ROLES.includes(role)) return `has no role after the name; right is ${ROLES.join(' or ')}`
  const hex = HASH.exec(hash)?.groups?.['hex']
  if (hex === undefined || rest.length > 0)
    return 'does not end with the hash of a token; right is sha256: and 64 hex digits, as lunkit token prints them'
  return { name, role: role as TokenRole, hash: Buffer.from(hex, 'hex') }
}
