/** What MODE SELECT can change (control mode page, SPC-5). A reset brings the defaults back. */
export interface ControlMode {
  /** SWP: the medium is write-protected by software. */
  readonly softwareWriteProtect: boolean
  /** D_SENSE: sense data in descriptor format. */
  readonly descriptorSense: boolean
}

/** What a reset brings back. */
export const DEFAULT_MODE: ControlMode = { softwareWriteProtect: false, descriptorSense: false }
