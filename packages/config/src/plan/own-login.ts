import type { ChapAlgorithm } from '@lunkit/pdu'
import type { AuthenticationSettings } from '../saveconfig.ts'
import { algorithmsIn } from '../tables/login-settings.ts'
import type { FindSecret, FoundSecret } from './found-secret.ts'

/** What lunkit's own settings say of how somebody logs in; what is undefined they do not say. */
export interface OwnLogin {
  readonly algorithms: readonly ChapAlgorithm[] | undefined
  readonly mutualRequired: boolean | undefined
  /** In the place of LIO's own. */
  readonly password: FoundSecret | undefined
  readonly mutualPassword: FoundSecret | undefined
}

/** They say nothing. */
export const NO_OWN_LOGIN: OwnLogin = {
  algorithms: undefined,
  mutualRequired: undefined,
  password: undefined,
  mutualPassword: undefined,
}

/** What settings say, and what their secrets are. */
export function ownLogin(given: AuthenticationSettings, find: FindSecret): OwnLogin {
  const { chap_algorithms: list, require_mutual_chap: mutualRequired, password, mutual_password: mutual } = given
  return {
    algorithms: list === undefined ? undefined : algorithmsIn(list),
    mutualRequired,
    password: password && find(password),
    mutualPassword: mutual && find(mutual),
  }
}

/** Those of an ACL: what they do not say of how CHAP goes, its TPG's do. Its secrets are its own. */
export const withinGroup = (own: OwnLogin, group: OwnLogin): OwnLogin => ({
  ...own,
  algorithms: own.algorithms ?? group.algorithms,
  mutualRequired: own.mutualRequired ?? group.mutualRequired,
})

/** What two of them have in common when they say the same. */
export const partsOf = ({ algorithms, mutualRequired, password, mutualPassword }: OwnLogin): readonly unknown[] => [
  algorithms?.join(),
  mutualRequired,
  password,
  mutualPassword,
]
