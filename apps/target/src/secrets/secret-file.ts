import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { FoundSecret } from '@lunkit/config'
import { ChapSecret } from 'lunkit'

/** As long as `lunkit` takes one. */
const LONGEST_BYTES = 255
/** A line feed behind it is none of it, nor is a carriage return before that. */
const LINE_END = /\r?\n$/
const READABLE_BY_OTHERS = 0o044
/** LIO: no password. */
const NONE = 'NULL'

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission is denied to the user that lunkitd runs as',
  ELOOP: 'it is a symbolic link that leads to itself',
}

const without = (concern: string): FoundSecret => ({ secret: undefined, concern })

/** How a file with a secret is looked at. */
export interface SecretFileOptions {
  /** Whether it matters who else may read it; a directory of its own may keep others out. */
  readonly isExposed: boolean
}

/** The secret that is the only line of a file. Why there is none is said without saying anything of what it holds. */
export async function readSecretFile(path: string, options: SecretFileOptions): Promise<FoundSecret> {
  try {
    // What nobody writes to is not waited for.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    return await secretIn(file, options)
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    return without(SYSTEM_ERRORS[code] ?? code)
  }
}

async function secretIn(file: FileHandle, { isExposed }: SecretFileOptions): Promise<FoundSecret> {
  const stats = await file.stat()
  if (!stats.isFile()) return without('it is no regular file')
  const bytes = Buffer.alloc(LONGEST_BYTES + '\r\n'.length + 1)
  const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
  const text = textOf(bytes.subarray(0, bytesRead))
  bytes.fill(0)
  if (text === undefined) return without('it is no text in UTF-8')
  const line = text.replace(LINE_END, '')
  if (line === '' || line === NONE) return without('it is empty')
  if (/[\n\0]/.test(line)) return without('it has more than one line')
  if (bytesRead === bytes.length || Buffer.byteLength(line) > LONGEST_BYTES)
    return without(`it is longer than ${LONGEST_BYTES} bytes`)
  const secret = new ChapSecret(line)
  const mode = stats.mode & 0o7777
  if (!isExposed || (mode & READABLE_BY_OTHERS) === 0) return { secret }
  const octal = mode.toString(8).padStart(4, '0')
  return { secret, concern: `has mode ${octal}: others than its owner may read it; right is chmod 600` }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
