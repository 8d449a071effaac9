import { checkArgument, object } from '@lunkit/wire'
import type { Json } from './json/value.ts'
import { isJsonObject } from './json/value.ts'
import { absolutePath } from './names.ts'
import type { Kind } from './schema/kind.ts'
import { meaningOf } from './schema/kind.ts'
import { nameLike } from './schema/lenient.ts'

/** Where a secret stands that is in no configuration: in a file, or in one of the credentials that systemd gives (`LoadCredential=`). */
export type SecretReference = { readonly file: string } | { readonly credential: string }

/** systemd: the name of a file in a directory of its own. */
export const credentialName = nameLike(
  'the name of a credential of systemd, as LoadCredential= has it: without "/", of at most 255 bytes',
  name => /^(?!\.{1,2}$)[^/\0]+$/.test(name) && Buffer.byteLength(name) <= 255,
)

/** What stands in its place may be a secret that somebody took for a reference: it is not shown. */
export const secretReference: Kind<SecretReference> = {
  right: 'an object that says where the secret stands: {"file": "/path"}, or {"credential": "name"} of systemd',
  read(value: Json, { path, notes, so }) {
    const read = referenceIn(value)
    if (read === undefined) notes.wrong(path, { wrong: 'is no reference to a secret', right: this.right, so })
    return read
  },
}

function referenceIn(value: Json): SecretReference | undefined {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return undefined
  const { file, credential } = value
  const path = file === undefined ? undefined : meaningOf(absolutePath, file)
  const name = credential === undefined ? undefined : meaningOf(credentialName, credential)
  if (path !== undefined) return { file: path }
  return name === undefined ? undefined : { credential: name }
}

const REFERENCE = object('{ file } or { credential }, a text', reference => {
  const { file, credential } = reference as Partial<Record<string, unknown>>
  return [file, credential].filter(each => typeof each === 'string').length === 1
})

/**
 * A reference in words: `the file /etc/lunkit/secrets/host1`.
 * @throws {TypeError} or {RangeError} for what is none.
 */
export function formatSecretReference(reference: SecretReference): string {
  checkArgument('formatSecretReference: reference', reference, REFERENCE)
  return 'file' in reference ? `the file ${reference.file}` : `the credential ${reference.credential}`
}
