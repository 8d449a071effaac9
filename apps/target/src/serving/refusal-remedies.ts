import type { ConnectionRefusal, LoginCause } from 'lunkit'

/** What a login or a connection may be refused for. */
export type RefusalCause = LoginCause | ConnectionRefusal

/** What was refused, as far as it is known. */
export interface RefusedPlace {
  readonly initiator: string | null
  readonly target: string | null
  readonly tag: number | null
}

const LIMITS = 'see who does that, or raise the limit: lunkit / get limit'

/** Where there is no target in it, it is discovery that was refused. */
type Remedy = string | { readonly login: string; readonly discovery: string }

const CHAP_OF_DISCOVERY = 'the user ID and the password that lunkit /iscsi get discovery_auth names'

/** What to do, by cause. INITIATOR and TPG stand for what was refused. */
const REMEDIES: Readonly<Record<RefusalCause, Remedy>> = {
  no_acl:
    'if it may come in: lunkit TPG/acls create INITIATOR; else mend the name that it has (Linux: /etc/iscsi/initiatorname.iscsi), or find out who it is',
  authentication: {
    login:
      'set the same on both sides: lunkit TPG/acls/INITIATOR set auth userid= password=, and CHAP at the initiator; lunkit TPG get attribute authentication says whether it is demanded',
    discovery: `give the initiator ${CHAP_OF_DISCOVERY}, for discovery; with enable=0 nobody needs one`,
  },
  bad_secret: {
    login:
      'set the same on both sides: lunkit TPG/acls/INITIATOR set auth userid= password=; where nobody mistyped, somebody tries passwords from there',
    discovery: `give the initiator ${CHAP_OF_DISCOVERY}, for discovery; where nobody mistyped, somebody tries passwords from there`,
  },
  unknown_target:
    'mend the name or the address that the initiator has: lunkit ls /iscsi says which targets there are, and at which portals',
  tpg_disabled: 'if it is to be served: lunkit TPG enable',
  redirected: 'nothing, where it comes in there; lunkit redirect TPG off lets it in here again',
  limit: LIMITS,
  drained: 'nothing, while it is worked at; lunkit status says until when, and lunkit undrain lets it in again',
  shutting_down: 'nothing: it may come in again when lunkitd has started',
  protocol:
    'see what it says, lunkit trace --initiator=INITIATOR, and report it: to who makes the initiator, or to lunkit where RFC 7143 allows it',
  fault: 'report it, with the log',
  connections: LIMITS,
  in_login: `${LIMITS}; a firewall keeps out who should not come`,
  of_source: `${LIMITS}; a firewall keeps out who should not come`,
  system: 'raise LimitNOFILE= of the unit, and see that there is memory',
}

/** Names go into a command as they are only where no shell makes anything else of them: who was refused has chosen them. */
const SAFE = /^[A-Za-z0-9][A-Za-z0-9.:-]{0,222}$/
const orWord = (name: string | null, word: string): string => (name !== null && SAFE.test(name) ? name : word)

/** What to do about a refusal, in words and commands. */
export function refusalRemedy(cause: RefusalCause, { initiator, target, tag }: RefusedPlace): string {
  const remedy = REMEDIES[cause]
  const text = typeof remedy === 'string' ? remedy : target === null ? remedy.discovery : remedy.login
  const tpg = `/iscsi/${orWord(target, 'TARGET')}/tpg${tag ?? 1}`
  return text.replace(/INITIATOR|TPG/g, word => (word === 'TPG' ? tpg : orWord(initiator, word)))
}
