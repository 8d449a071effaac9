import { checkArgument, type Domain } from '@lunkit/wire'

/** Where in a JSON document: the keys and list positions from its top. */
export type JsonPath = readonly (string | number)[]

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]*$/

const PATH: Domain = {
  type: 'object',
  words: 'an array of keys and list positions',
  has: (path: unknown) =>
    Array.isArray(path) && path.every(step => typeof step === 'string' || (Number.isSafeInteger(step) && step >= 0)),
}

/**
 * The path as a person writes it: `targets[0].tpgs[1].portals`; the whole document is `(the whole file)`.
 * @throws {TypeError} or {RangeError} for what is no path.
 */
export function formatPath(path: JsonPath): string {
  checkArgument('formatPath: path', path, PATH)
  if (path.length === 0) return '(the whole file)'
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (!PLAIN_KEY.test(step)) text += `[${JSON.stringify(step)}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}
