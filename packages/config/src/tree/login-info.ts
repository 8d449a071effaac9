import { loginValues, type Values } from '../edits/values.ts'
import type { JsonObject } from '../json/value.ts'

/** What is set of how logins authenticate, as `info` tells it; nothing where nothing is. */
export function loginInfo(login: JsonObject): Values {
  return Object.fromEntries(Object.entries(loginValues(login, true)).filter(([, value]) => value !== ''))
}
