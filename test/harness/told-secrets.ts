import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Shorter ones are words that are said for other reasons. */
const LEAST_LENGTH = 12
const IN_FILE = /"[a-z_]*password"\s*:\s*("(?:[^"\\]|\\.)*")/g
const ELSEWHERE = /"[a-z_]*password"\s*:\s*\{\s*"(file|credential)"\s*:\s*("(?:[^"\\]|\\.)*")/g

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/** The secrets of the text of a configuration, those among them that stand elsewhere. */
export function secretsOf(text: string, credentials = ''): readonly string[] {
  const inFile = [...text.matchAll(IN_FILE)].map(([, quoted = '""']) => JSON.parse(quoted) as string)
  const elsewhere = [...text.matchAll(ELSEWHERE)].map(([, kind, quoted = '""']) => {
    const name = JSON.parse(quoted) as string
    return textOf(kind === 'file' ? name : join(credentials, name)).trimEnd()
  })
  return [...inFile, ...elsewhere].filter(({ length }) => length >= LEAST_LENGTH)
}

/** The secrets of the configuration at a path, as it is now. */
export const secretsIn = (path: string, credentials?: string): readonly string[] => secretsOf(textOf(path), credentials)

/** How bytes are written: plain, in hexadecimal, and in base64 wherever in it they begin. */
function formsOf(secret: string): readonly string[] {
  const hex = Buffer.from(secret).toString('hex')
  const inBase64 = [0, 1, 2].map(before => {
    const encoded = Buffer.from('\0'.repeat(before) + secret).toString('base64')
    return encoded.slice(before === 0 ? 0 : before + 1, -4)
  })
  return [secret, JSON.stringify(secret).slice(1, -1), hex, hex.toUpperCase(), ...inBase64]
}

/** What of secrets is in a text, with what stands around it. */
export const toldIn = (text: string, secrets: Iterable<string>): readonly string[] =>
  [...secrets].flatMap(formsOf).flatMap(form => {
    const at = text.indexOf(form)
    return at < 0 ? [] : [text.slice(Math.max(0, at - 120), at + form.length)]
  })

/** All that lies in a directory. */
export function textsIn(directory: string): readonly string[] {
  try {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
    return entries.filter(each => each.isFile()).map(each => textOf(join(each.parentPath, each.name)))
  } catch {
    return []
  }
}
