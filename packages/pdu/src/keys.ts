import { and, declared, type ExchangedKey, type Key, type KeyPlace, list, maximum, minimum, or } from './key.ts'
import { anyText, iscsiName, numberFrom, oneOf } from './text-value.ts'

const place = (spec: string, rest: Omit<KeyPlace, 'spec'>): KeyPlace => ({ spec: `RFC 7143 ${spec}`, ...rest })

const sessionFixed = { scope: 'session', use: 'leading', senders: 'both', inDiscovery: true } as const
/** What both agree on while the leading connection logs in, and what a discovery session has no use for. */
const transfer = { ...sessionFixed, inDiscovery: false } as const
const fromInitiator = { scope: 'session', use: 'initial', senders: 'initiator', inDiscovery: true } as const
const fromTarget = { scope: 'session', use: 'any', senders: 'target', inDiscovery: true } as const
const digest = { scope: 'connection', use: 'initial', senders: 'both', inDiscovery: true } as const
const security = { scope: 'connection', use: 'security', senders: 'both', inDiscovery: true } as const

const chap = (): ExchangedKey => ({ ...place('12.1.3', security), rule: 'exchange' })

/** RFC 7143 13.12 to 13.14: three bytes are what a length has in a header. */
const DATA_LENGTHS = [512, 0xff_ffff] as const

/**
 * Every text key of RFC 7143 sections 12 and 13, once: range, default, rule, scope and phase. A text is worked through
 * in this order, so that what a key depends on comes before it.
 */
export const keys = {
  SessionType: declared(oneOf(['Normal', 'Discovery']), 'Normal', place('13.21', { ...fromInitiator, use: 'leading' })),
  InitiatorName: declared(iscsiName, undefined, place('13.5', fromInitiator)),
  InitiatorAlias: declared(anyText, undefined, place('13.7', { ...fromInitiator, use: 'any' })),
  TargetName: declared(iscsiName, undefined, place('13.4', { ...fromInitiator, senders: 'both' })),
  TargetAlias: declared(anyText, undefined, place('13.6', fromTarget)),
  TargetAddress: declared(anyText, undefined, place('13.8', fromTarget)),
  TargetPortalGroupTag: declared(numberFrom(0, 65_535), undefined, place('13.9', { ...fromTarget, use: 'initial' })),
  'X#NodeArchitecture': declared(anyText, undefined, place('13.26', { ...fromInitiator, senders: 'both' })),

  AuthMethod: list(['KRB5', 'SRP', 'CHAP', 'None'], 'None', place('12.1', security)),
  CHAP_A: chap(),
  CHAP_I: chap(),
  CHAP_C: chap(),
  CHAP_N: chap(),
  CHAP_R: chap(),

  HeaderDigest: list(['CRC32C', 'None'], 'None', place('13.1', digest)),
  DataDigest: list(['CRC32C', 'None'], 'None', place('13.1', digest)),
  MaxRecvDataSegmentLength: declared(
    numberFrom(...DATA_LENGTHS),
    8192,
    place('13.12', { scope: 'connection', use: 'any', senders: 'both', inDiscovery: true }),
  ),
  MaxConnections: minimum([1, 65_535, 1], place('13.2', transfer)),
  InitialR2T: or(true, place('13.10', transfer)),
  ImmediateData: and(true, place('13.11', transfer)),
  MaxBurstLength: minimum([...DATA_LENGTHS, 262_144], place('13.13', transfer)),
  FirstBurstLength: minimum([...DATA_LENGTHS, 65_536], place('13.14', transfer)),
  DefaultTime2Wait: maximum([0, 3600, 2], place('13.15', sessionFixed)),
  DefaultTime2Retain: minimum([0, 3600, 20], place('13.16', sessionFixed)),
  MaxOutstandingR2T: minimum([1, 65_535, 1], place('13.17', transfer)),
  DataPDUInOrder: or(true, place('13.18', transfer)),
  DataSequenceInOrder: or(true, place('13.19', transfer)),
  ErrorRecoveryLevel: minimum([0, 2, 0], place('13.20', sessionFixed)),
  TaskReporting: list(['RFC3720', 'ResponseFence', 'FastAbort'], 'RFC3720', place('13.23', transfer)),
  iSCSIProtocolLevel: minimum([0, 31, 1], place('13.24', transfer)),

  SendTargets: {
    ...place('13.3', { scope: 'session', use: 'fullFeature', senders: 'initiator', inDiscovery: true }),
    rule: 'exchange',
  },

  // RFC 7143 13.25 allows No or Reject for the first two and nothing but Reject for the others. No is what initiators
  // of RFC 3720's time expect.
  IFMarker: { ...place('13.25', digest), rule: 'obsolete', answer: 'No' },
  OFMarker: { ...place('13.25', digest), rule: 'obsolete', answer: 'No' },
  IFMarkInt: { ...place('13.25', digest), rule: 'obsolete', answer: 'Reject' },
  OFMarkInt: { ...place('13.25', digest), rule: 'obsolete', answer: 'Reject' },
} as const satisfies Record<string, Key>

/** The declarations of all keys, by name. */
export type Keys = typeof keys
/** The name of a key that RFC 7143 knows. */
export type KeyName = keyof Keys

/** The key of this name; undefined for names that RFC 7143 does not know. */
export const keyOf = (name: string): Key | undefined => BY_NAME.get(name)

const BY_NAME: ReadonlyMap<string, Key> = new Map(Object.entries(keys))
