import { serialAdd, serialBefore } from '@lunkit/wire'
import { ProtocolError } from './error.ts'

/** Where a session and its connection are in their numberings, RFC 7143 4.2.2. */
export class Sequence {
  /** The CmdSN of the next command that is not immediate. */
  cmdSN: number
  /** The StatSN that the next status has. */
  expStatSN: number
  expCmdSN: number
  maxCmdSN: number

  constructor(start: { cmdSN: number; expStatSN: number; expCmdSN: number; maxCmdSN: number }) {
    this.cmdSN = start.cmdSN
    this.expStatSN = start.expStatSN
    this.expCmdSN = start.expCmdSN
    this.maxCmdSN = start.maxCmdSN
  }

  /** Whether the target takes another command. */
  get open(): boolean {
    return !serialBefore(this.maxCmdSN, this.cmdSN)
  }

  /** Takes the next CmdSN. */
  number(): number {
    const { cmdSN } = this
    this.cmdSN = serialAdd(cmdSN, 1)
    return cmdSN
  }

  /** Learns the window from a PDU of the target's: numbers never go back, contradictions are ignored (RFC 7143 4.2.2.1). */
  window(expCmdSN: number, maxCmdSN: number): void {
    if (serialBefore(maxCmdSN, serialAdd(expCmdSN, -1))) return
    if (serialBefore(this.expCmdSN, expCmdSN)) this.expCmdSN = expCmdSN
    if (serialBefore(this.maxCmdSN, maxCmdSN)) this.maxCmdSN = maxCmdSN
  }

  /**
   * Counts a status.
   * @throws {ProtocolError} when one is missing or comes twice: at ErrorRecoveryLevel 0 nothing gets it back.
   */
  status(statSN: number): void {
    if (statSN !== this.expStatSN)
      throw new ProtocolError(`a status came with StatSN ${statSN}, ${this.expStatSN} was next`)
    this.expStatSN = serialAdd(statSN, 1)
  }
}
