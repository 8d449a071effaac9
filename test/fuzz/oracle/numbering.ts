import { RESERVED_TAG, TargetOpcode } from '@lunkit/pdu'
import { bit, layout, serialAdd, serialBefore, u32 } from '@lunkit/wire'
import { Finding, FindingKind } from '../finding.ts'

/** What every PDU of the target's has, RFC 7143 11.4.9 to 11.4.11; the S bit is Data-In's. */
const Numbers = layout({
  name: 'numbers of a PDU from the target',
  spec: 'RFC 7143 11.4.9',
  size: 48,
  fields: { hasStatus: bit(1, 0), initiatorTaskTag: u32(16), statSN: u32(24), expCmdSN: u32(28), maxCmdSN: u32(32) },
})

/** Where the target says it is in its numberings; each step is checked. */
export class Numbering {
  /** The StatSN that is next; undefined before the first. */
  expStatSN: number | undefined
  expCmdSN = 0
  maxCmdSN = 0
  #windowKnown = false

  /** A Login Response that accepts what it answers, or any PDU of the full feature phase. */
  take(opcode: number, view: DataView, loginPhase: boolean): void {
    const { hasStatus, initiatorTaskTag, statSN, expCmdSN, maxCmdSN } = Numbers.view(view)
    this.#window(expCmdSN, maxCmdSN, loginPhase)
    if (opcode === TargetOpcode.dataIn && !hasStatus) return
    this.expStatSN ??= statSN
    if (statSN !== this.expStatSN)
      throw new Finding(FindingKind.numbering, `StatSN ${statSN}, ${this.expStatSN} was next`)
    const counts =
      opcode !== TargetOpcode.readyToTransfer && !(opcode === TargetOpcode.nopIn && initiatorTaskTag === RESERVED_TAG)
    if (counts) this.expStatSN = serialAdd(statSN, 1)
  }

  #window(expCmdSN: number, maxCmdSN: number, loginPhase: boolean): void {
    if (this.#windowKnown && !loginPhase) {
      if (serialBefore(expCmdSN, this.expCmdSN))
        throw new Finding(FindingKind.numbering, `ExpCmdSN went back from ${this.expCmdSN} to ${expCmdSN}`)
      if (serialBefore(maxCmdSN, this.maxCmdSN))
        throw new Finding(FindingKind.numbering, `MaxCmdSN went back from ${this.maxCmdSN} to ${maxCmdSN}`)
      if (serialBefore(maxCmdSN, serialAdd(expCmdSN, -1)))
        throw new Finding(FindingKind.numbering, `MaxCmdSN ${maxCmdSN} is before ExpCmdSN ${expCmdSN} by more than one`)
    }
    this.#windowKnown = true
    this.expCmdSN = expCmdSN
    this.maxCmdSN = maxCmdSN
  }
}
