import { AsyncMessage } from './async-message.ts'
import { DataIn, DataOut } from './data.ts'
import { LoginRequest, LoginResponse } from './login.ts'
import { LogoutRequest, LogoutResponse } from './logout.ts'
import { NopIn, NopOut } from './nop.ts'
import type { Pdu } from './pdu.ts'
import { R2T } from './ready-to-transfer.ts'
import { Reject } from './reject.ts'
import { ScsiCommand, ScsiResponse } from './scsi-command.ts'
import { SnackRequest } from './snack.ts'
import { TaskManagementRequest, TaskManagementResponse } from './task-management.ts'
import { TextRequest, TextResponse } from './text-pdu.ts'

/** Every PDU of RFC 7143 section 11, both directions. */
export const pdus: readonly Pdu[] = [
  NopOut,
  ScsiCommand,
  TaskManagementRequest,
  LoginRequest,
  TextRequest,
  DataOut,
  LogoutRequest,
  SnackRequest,
  NopIn,
  ScsiResponse,
  TaskManagementResponse,
  LoginResponse,
  TextResponse,
  DataIn,
  LogoutResponse,
  R2T,
  AsyncMessage,
  Reject,
]

const OPCODES = 64
const byOpcode: (Pdu | undefined)[] = Array.from({ length: OPCODES }, (_, opcode) =>
  pdus.find(pdu => pdu.opcode === opcode),
)

/** The PDU with this opcode; undefined for what RFC 7143 does not know (vendor opcodes 0x1c to 0x1e, 0x3c to 0x3e too). */
export const pduOf = (opcode: number): Pdu | undefined => byOpcode[opcode]
