/** What a message asks, RFC 4171 4.1.3 and 4.1.4; a response has the highest bit set too. */
export const IsnsFunction = {
  deviceAttributeRegistration: 0x0001,
  deviceAttributeQuery: 0x0002,
  deviceGetNext: 0x0003,
  deviceDeregistration: 0x0004,
  stateChangeRegistration: 0x0005,
  stateChangeDeregistration: 0x0006,
  stateChangeEvent: 0x0007,
  stateChangeNotification: 0x0008,
  entityStatusInquiry: 0x000d,
  heartbeat: 0x000e,
} as const
export type IsnsFunction = (typeof IsnsFunction)[keyof typeof IsnsFunction]

/** The bit that tells a response from what it answers, RFC 4171 4.1.4. */
export const RESPONSE = 0x8000

/** Attributes of what is registered, RFC 4171 6.1. */
export const IsnsTag = {
  delimiter: 0,
  entityIdentifier: 1,
  entityProtocol: 2,
  registrationPeriod: 6,
  portalAddress: 16,
  portalPort: 17,
  iscsiName: 32,
  iscsiNodeType: 33,
  iscsiAlias: 34,
  groupIscsiName: 48,
  groupPortalAddress: 49,
  groupPortalPort: 50,
  groupTag: 51,
} as const
export type IsnsTag = (typeof IsnsTag)[keyof typeof IsnsTag]

/** What a response says of how it went, RFC 4171 5.4, in words. */
export const STATUS_WORDS: Readonly<Record<number, string>> = {
  0: 'successful',
  1: 'unknown error',
  2: 'message format error',
  3: 'invalid registration',
  5: 'invalid query',
  6: 'source unknown',
  7: 'source absent',
  8: 'source unauthorized',
  9: 'no such entry',
  10: 'version not supported',
  11: 'internal error',
  12: 'busy',
  13: 'option not understood',
  14: 'invalid update',
  15: 'message not supported',
  16: 'SCN event rejected',
  17: 'SCN registration rejected',
  18: 'attribute not implemented',
  19: 'FC_DOMAIN_ID not available',
  20: 'FC_DOMAIN_ID not allocated',
  21: 'ESI not available',
  22: 'invalid deregistration',
  23: 'registration feature not supported',
}
