import { checkOnce } from '../document.ts'
import type { Configuration } from '../saveconfig.ts'
import { asJson, lunkitKind } from '../saveconfig.ts'
import { meaningOf } from '../schema/kind.ts'
import type { SecretReference } from '../secret-reference.ts'

/**
 * Where the secrets stand that a configuration has by reference, in the order of the file: whoever plans it reads them before.
 * @throws {ConfigError} for what is no configuration.
 */
export function secretReferences(configuration: Configuration): readonly SecretReference[] {
  const { lunkit } = checkOnce(asJson(configuration)) as Configuration
  const settings = lunkit === undefined ? undefined : meaningOf(lunkitKind, lunkit)
  const { authentication = [], access_rules: rules = [], discovery = {} } = settings ?? {}
  const logins = [...authentication.map(({ value }) => value), discovery, ...rules.map(({ value }) => value)]
  return logins.flatMap(({ password, mutual_password: mutual }) => [password ?? [], mutual ?? []].flat())
}
