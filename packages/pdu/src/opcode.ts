/** RFC 7143 11.2.1.2: what an initiator sends. */
export const InitiatorOpcode = {
  nopOut: 0x00,
  scsiCommand: 0x01,
  taskManagementRequest: 0x02,
  loginRequest: 0x03,
  textRequest: 0x04,
  dataOut: 0x05,
  logoutRequest: 0x06,
  snackRequest: 0x10,
} as const
export type InitiatorOpcode = (typeof InitiatorOpcode)[keyof typeof InitiatorOpcode]

/** RFC 7143 11.2.1.2: what a target sends. */
export const TargetOpcode = {
  nopIn: 0x20,
  scsiResponse: 0x21,
  taskManagementResponse: 0x22,
  loginResponse: 0x23,
  textResponse: 0x24,
  dataIn: 0x25,
  logoutResponse: 0x26,
  readyToTransfer: 0x31,
  asyncMessage: 0x32,
  reject: 0x3f,
} as const
export type TargetOpcode = (typeof TargetOpcode)[keyof typeof TargetOpcode]

/** Every opcode of both directions; the two lists have no value in common. */
export const Opcode = { ...InitiatorOpcode, ...TargetOpcode } as const
export type Opcode = InitiatorOpcode | TargetOpcode
