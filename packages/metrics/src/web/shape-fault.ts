import { nearest, shownValue } from '@lunkit/wire'
import { isObject, isText, KEYS, type Section, type Shape } from './web-keys.ts'

/** bcrypt's own text of a hash; a cost beyond 18 takes a minute and more here. */
const HASH = /^\$2[aby]\$(?:0[4-9]|1[0-8])\$[./A-Za-z0-9]{53}$/

/** What is wrong with a document, in a sentence that says where and what is right; undefined: nothing. */
export function shapeFault(document: unknown): string | undefined {
  return sectionFault(document, KEYS, '') ?? usersFault((document as { basic_auth_users?: unknown }).basic_auth_users)
}

/** A key without a value is as good as left out. */
function sectionFault(value: unknown, section: Section, at: string): string | undefined {
  const begins = at === '' ? '' : `${at}.`
  const right = Object.keys(section)
  if (!isObject(value)) return `${at === '' ? 'the file' : at} has no keys; right is ${right.join(', ')}`
  for (const [key, given] of Object.entries(value)) {
    const known = Object.hasOwn(section, key) ? section[key] : undefined
    if (known === undefined) return `there is no ${begins}${key}; right is ${nearest(key, right) ?? right.join(', ')}`
    if (given === null || given === undefined) continue
    const fault =
      'section' in known ? sectionFault(given, known.section, begins + key) : valueFault(given, known, begins + key)
    if (fault !== undefined) return fault
  }
  return undefined
}

function valueFault(value: unknown, { words, has, isSecret }: Shape, at: string): string | undefined {
  if (has(value)) return undefined
  return isSecret ? `${at} is not right; right is ${words}` : `${at} is ${shownValue(value)}; right is ${words}`
}

function usersFault(users: unknown): string | undefined {
  const wrong = Object.entries(users ?? {}).find(
    ([name, hash]) => name === '' || name.includes(':') || !isText(hash) || !HASH.test(hash),
  )
  if (wrong === undefined) return undefined
  return `basic_auth_users.${wrong[0]} is not right; right is a name without a colon, and a hash of bcrypt with a cost from 4 to 18, as htpasswd -nBC 10 NAME prints it`
}
