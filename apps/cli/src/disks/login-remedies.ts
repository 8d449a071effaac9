import type { AuthenticationFault } from '@lunkit/initiator'

/** What a refused login means, and what mends it. */
export interface Remedy {
  readonly means: string
  readonly right: string
}

const UNKNOWN: Remedy = {
  means: 'the target refused the login for a reason of its own',
  right: "to look into the target's log; of a lunkitd, lunkit refusals says more",
}

/** By the name of the login status, RFC 7143 11.13.5. */
const REMEDIES: Readonly<Record<string, Remedy>> = {
  initiatorError: {
    means: 'the target did not accept what this initiator said',
    right: "to look into the target's log; of a lunkitd, lunkit refusals says more",
  },
  authenticationFailure: {
    means: 'the target demands another user name or password (CHAP), or none',
    right:
      'the user name and the password that it has for this initiator, iscsi://USER%PASSWORD@HOST, or LIBISCSI_CHAP_USERNAME and LIBISCSI_CHAP_PASSWORD in the environment; or none, where it asks for none',
  },
  authorizationFailure: {
    means: 'the target has no ACL for this initiator',
    right:
      'an ACL for it: lunkit /iscsi/TARGET/tpg1/acls create INITIATOR; or the name of an initiator that has one: --initiator-name=INITIATOR',
  },
  notFound: {
    means: 'the portal has no target of this name',
    right: 'a name that lunkit discover tells; lunkit ls /iscsi says which there are',
  },
  targetRemoved: { means: 'the target was taken away', right: 'a name that lunkit discover tells' },
  tooManyConnections: {
    means: 'the target takes no more connections of this session',
    right: 'to end another one: lunkit sessions, lunkit sessions kick SID',
  },
  sessionTypeNotSupported: {
    means: 'the target takes no sessions of this type',
    right: 'another portal of it, which lunkit discover tells',
  },
  targetError: {
    means: 'the target failed',
    right: 'to look into its log; of a lunkitd, lunkit status says what is wrong',
  },
  serviceUnavailable: {
    means: 'the target serves nobody now: it is disabled, or ends',
    right: 'to enable it: lunkit /iscsi/TARGET/tpg1 enable',
  },
  outOfResources: {
    means: 'the target has no room for another session',
    right: 'to end one, lunkit sessions kick SID, or to raise its limits, lunkit / get limit',
  },
}

/** What a login status means. `target` and `initiator` stand where the command that mends it needs them. */
export function loginRemedy(
  statusName: string,
  names: { readonly target?: string; readonly initiator: string },
): Remedy {
  const { means, right } = Object.hasOwn(REMEDIES, statusName) ? (REMEDIES[statusName] as Remedy) : UNKNOWN
  const { target = 'TARGET', initiator } = names
  return { means, right: right.replaceAll('TARGET', target).replaceAll('INITIATOR', initiator) }
}

const TARGET_REMEDIES: Readonly<Record<AuthenticationFault, string>> = {
  skipped:
    'Right is a target that has a user name and a password for this initiator; or to give it none, where it needs none.',
  unproven: 'Right is a target that has a user name and a password of its own (mutual_userid); or to ask it for none.',
  wrongResponse: 'Right is the password that the target has (mutual_password); or what answers is not the target.',
  wrongName: 'Right is the user name that the target has (mutual_userid); or what answers is not the target.',
  reflected: 'What answers tries to have this initiator say the password that it does not know.',
}

/** What to do where it is this initiator that refuses the target. */
export const targetRemedy = (fault: AuthenticationFault): string => TARGET_REMEDIES[fault]

/** Why there is no connection, by what the system says. */
const CONNECTIONS: readonly (readonly [RegExp, string])[] = [
  [
    /ECONNREFUSED/,
    'Nothing listens there: right is a lunkitd that runs (lunkit status) with a portal at this address and port (lunkit ls /iscsi), and no firewall that refuses it.',
  ],
  [/EHOSTUNREACH|ENETUNREACH/, 'There is no way to this host: right is an address that can be reached from here.'],
  [/ENOTFOUND|EAI_AGAIN/, 'There is no host of this name: right is a name that resolves, or an address.'],
  [
    /ETIMEDOUT|within \d+ ms|took longer/,
    'Nothing answers: the host is off, a firewall drops what is sent to it, or what listens there is no iSCSI target.',
  ],
  [/./s, 'What listens there ended the connection: right is the port of an iSCSI portal, 3260 by default.'],
]

/** What to do where there is no connection. */
export function connectionRemedy(message: string): string {
  return CONNECTIONS.find(([pattern]) => pattern.test(message))?.[1] ?? ''
}
