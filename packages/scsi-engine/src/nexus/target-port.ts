/** A SCSI target port: for iSCSI, a target portal group (RFC 7143 4.4.1). */
export interface TargetPort {
  readonly targetName: string
  /** The target portal group tag. */
  readonly tag: number
  /** RELATIVE TARGET PORT IDENTIFIER of the Device Identification VPD page, 1 to 65535. */
  readonly relativePortId: number
}
