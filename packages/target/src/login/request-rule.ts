import { ISCSI_VERSION, LoginStatus, RESERVED_TAG } from '@lunkit/pdu'
import { LoginRefusal } from './login-refusal.ts'

/** What stays the same in all Login Requests of a login, RFC 7143 11.12. */
export interface LoginIdentifiers {
  /** 11.12.4: the lowest and the highest version that the initiator speaks. */
  readonly versionMin: number
  readonly versionMax: number
  /** 11.12.5 and 11.12.6: the session that is asked for. */
  readonly isid: number
  readonly tsih: number
  /** 6.3: a login is one task, with one tag. */
  readonly initiatorTaskTag: number
  readonly cid: number
  /** 11.12.8: the number of the first command after the login. */
  readonly cmdSN: number
}

/** Every identifier, with the clause that has it stay the same. */
const identifiers: Readonly<Record<keyof LoginIdentifiers, readonly [name: string, clause: string]>> = {
  versionMin: ['Version-min', '11.12.4'],
  versionMax: ['Version-max', '11.12.4'],
  isid: ['ISID', '11.12.5'],
  tsih: ['TSIH', '11.12.6'],
  initiatorTaskTag: ['Initiator Task Tag', '6.3'],
  cid: ['CID', '11.12.7'],
  cmdSN: ['CmdSN', '11.12.8'],
}
const names = Object.keys(identifiers) as (keyof LoginIdentifiers)[]

/** The identifiers of a Login Request. */
export const identifiersOf = (view: LoginIdentifiers): LoginIdentifiers => ({
  versionMin: view.versionMin,
  versionMax: view.versionMax,
  isid: view.isid,
  tsih: view.tsih,
  initiatorTaskTag: view.initiatorTaskTag,
  cid: view.cid,
  cmdSN: view.cmdSN,
})

/**
 * Checks the identifiers of a Login Request against those of the first; undefined for the first itself.
 * @throws {LoginRefusal} where RFC 7143 does not allow them.
 */
export function checkIdentifiers(request: LoginIdentifiers, first: LoginIdentifiers | undefined): void {
  const { versionMin, initiatorTaskTag } = request
  if (!first && versionMin > ISCSI_VERSION)
    throw new LoginRefusal(LoginStatus.unsupportedVersion, `version ${versionMin} at least; ${ISCSI_VERSION} is spoken`)
  if (initiatorTaskTag === RESERVED_TAG)
    throw new LoginRefusal(LoginStatus.initiatorError, 'Initiator Task Tag FFFFFFFFh, which names no task')
  const changed = first && names.find(name => request[name] !== first[name])
  if (!changed) return
  const [name, clause] = identifiers[changed]
  const values = `${request[changed]} after ${first[changed]}`
  throw new LoginRefusal(LoginStatus.initiatorError, `${name} ${values} within the login, against RFC 7143 ${clause}`)
}
