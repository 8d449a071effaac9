import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { open } from 'node:fs/promises'
import { ControlTlsError } from './control-tls-error.ts'
import { TokenList } from './token-list.ts'

/** Where the files of a listener are. */
export interface TlsPaths {
  /** The certificate in PEM, those of its issuers after it. */
  readonly certificate: string
  /** Its key in PEM, without a passphrase. */
  readonly key: string
  /** The tokens, a line each: NAME ROLE sha256:HEX. */
  readonly tokens: string
}

/** What is in them. */
export interface TlsFiles {
  readonly certificate: string
  readonly key: string
  readonly tokens: TokenList
  /** What is not as it should be, and hinders nothing. */
  readonly warnings: readonly string[]
}

/** That of others than the owner: they may read as a group, and no more. */
const OPEN_TO_OTHERS = 0o027
/** Nothing that is right is longer. */
const MOST_BYTES = 1024 * 1024

/** @throws {ControlTlsError} for a file that cannot be used; it shows nothing of what is in it. */
export async function readTlsFiles(paths: TlsPaths): Promise<TlsFiles> {
  const warnings: string[] = []
  const certificate = (await readWhole(paths.certificate)).text
  const { text: key, mode } = await readWhole(paths.key)
  const leaf = certificateIn(paths.certificate, certificate)
  if (!leaf.checkPrivateKey(keyIn(paths.key, key)))
    throw new ControlTlsError(paths.key, `is not the key of the certificate ${paths.certificate}`)
  const tokens = await readWhole(paths.tokens)
  const list = TokenList.read(tokens.text)
  if (typeof list === 'string') throw new ControlTlsError(paths.tokens, list)
  if (Date.parse(leaf.validTo) < Date.now())
    warnings.push(`the certificate ${paths.certificate} was valid until ${leaf.validTo}: clients do not trust it`)
  warnings.push(...openToOthers(paths.key, mode), ...openToOthers(paths.tokens, tokens.mode))
  return { certificate, key, tokens: list, warnings }
}

const openToOthers = (path: string, mode: number): readonly string[] =>
  (mode & OPEN_TO_OTHERS) === 0
    ? []
    : [`${path} can be read or written by others (mode ${(mode & 0o777).toString(8)}): chmod 600 ${path}`]

async function readWhole(path: string): Promise<{ readonly text: string; readonly mode: number }> {
  try {
    await using file = await open(path, 'r')
    const stat = await file.stat()
    if (!stat.isFile()) throw new ControlTlsError(path, 'is no file')
    if (stat.size > MOST_BYTES) throw new ControlTlsError(path, `is longer than ${MOST_BYTES} bytes`)
    return { text: await file.readFile('utf8'), mode: stat.mode }
  } catch (error) {
    if (error instanceof ControlTlsError) throw error
    throw new ControlTlsError(path, `cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

function certificateIn(path: string, text: string): X509Certificate {
  try {
    return new X509Certificate(text)
  } catch {
    throw new ControlTlsError(path, 'is no certificate; right is one in PEM')
  }
}

function keyIn(path: string, text: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch {
    throw new ControlTlsError(path, 'is no key that can be used; right is one in PEM, without a passphrase')
  }
}
