import { basename } from 'node:path'

/** `lunkitd(8)`, with the marks of roff or without. */
const REFERENCE = /\b(lunkit[\w-]*|saveconfig)(?:\\fR)?\((\d)\)/g

/** The manual pages of ours that a text refers to and that there are not, as `path:line what is wrong`. */
export function brokenReferences(path: string, text: string, manuals: Iterable<string>): readonly string[] {
  const known = new Set([...manuals].map(each => basename(each)))
  return text
    .split('\n')
    .flatMap((line, at) =>
      [...line.matchAll(REFERENCE)]
        .filter(([, name, section]) => !known.has(`${name}.${section}`))
        .map(([reference]) => `${path}:${at + 1} ${reference.replace('\\fR', '')}: there is no such manual page`),
    )
}
