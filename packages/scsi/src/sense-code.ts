import { checkOptions, required, wholeNumber } from '@lunkit/wire'
/** SPC-5, sense key values. */
export const SenseKey = {
  noSense: 0x0,
  recoveredError: 0x1,
  notReady: 0x2,
  mediumError: 0x3,
  hardwareError: 0x4,
  illegalRequest: 0x5,
  unitAttention: 0x6,
  dataProtect: 0x7,
  blankCheck: 0x8,
  vendorSpecific: 0x9,
  copyAborted: 0xa,
  abortedCommand: 0xb,
  volumeOverflow: 0xd,
  miscompare: 0xe,
  completed: 0xf,
} as const
export type SenseKey = (typeof SenseKey)[keyof typeof SenseKey]

/** What sense data says happened: the sense key, the additional sense code and its qualifier. */
export interface SenseCode {
  readonly key: SenseKey
  readonly asc: number
  readonly ascq: number
}

const code = (key: SenseKey, asc: number, ascq: number): SenseCode => ({ key, asc, ascq })

const {
  noSense,
  notReady,
  mediumError,
  hardwareError,
  illegalRequest,
  unitAttention,
  dataProtect,
  abortedCommand,
  miscompare,
} = SenseKey

/**
 * Every sense code that is said here, by the name that SPC-5's table of additional sense codes gives it; where one code
 * goes with two sense keys, the second name says so.
 */
export const Sense = {
  noAdditionalSenseInformation: code(noSense, 0x00, 0x00),
  lowPowerConditionOn: code(noSense, 0x5e, 0x00),
  idleConditionActivatedByCommand: code(noSense, 0x5e, 0x03),
  standbyConditionActivatedByCommand: code(noSense, 0x5e, 0x04),

  logicalUnitNotReadyCauseNotReportable: code(notReady, 0x04, 0x00),
  logicalUnitIsInProcessOfBecomingReady: code(notReady, 0x04, 0x01),
  logicalUnitNotReadyInitializingCommandRequired: code(notReady, 0x04, 0x02),
  logicalUnitNotReadyManualInterventionRequired: code(notReady, 0x04, 0x03),
  logicalUnitNotAccessibleAsymmetricAccessStateTransition: code(notReady, 0x04, 0x0a),
  logicalUnitNotAccessibleTargetPortInStandbyState: code(notReady, 0x04, 0x0b),
  logicalUnitNotAccessibleTargetPortInUnavailableState: code(notReady, 0x04, 0x0c),
  logicalUnitCommunicationFailure: code(notReady, 0x08, 0x00),
  mediumNotPresent: code(notReady, 0x3a, 0x00),

  peripheralDeviceWriteFault: code(mediumError, 0x03, 0x00),
  writeError: code(mediumError, 0x0c, 0x00),
  unrecoveredReadError: code(mediumError, 0x11, 0x00),

  logicalUnitFailure: code(hardwareError, 0x3e, 0x01),
  internalTargetFailure: code(hardwareError, 0x44, 0x00),

  parameterListLengthError: code(illegalRequest, 0x1a, 0x00),
  invalidFieldInCommandInformationUnitRefused: code(illegalRequest, 0x0e, 0x03),
  invalidCommandOperationCode: code(illegalRequest, 0x20, 0x00),
  logicalBlockAddressOutOfRange: code(illegalRequest, 0x21, 0x00),
  invalidFieldInCdb: code(illegalRequest, 0x24, 0x00),
  logicalUnitNotSupported: code(illegalRequest, 0x25, 0x00),
  invalidFieldInParameterList: code(illegalRequest, 0x26, 0x00),
  parameterNotSupported: code(illegalRequest, 0x26, 0x01),
  parameterValueInvalid: code(illegalRequest, 0x26, 0x02),
  commandSequenceError: code(illegalRequest, 0x2c, 0x00),
  savingParametersNotSupported: code(illegalRequest, 0x39, 0x00),
  invalidMessageError: code(illegalRequest, 0x49, 0x00),
  mediumRemovalPrevented: code(illegalRequest, 0x53, 0x02),
  insufficientResources: code(illegalRequest, 0x55, 0x03),

  notReadyToReadyChangeMediumMayHaveChanged: code(unitAttention, 0x28, 0x00),
  powerOnResetOrBusDeviceResetOccurred: code(unitAttention, 0x29, 0x00),
  powerOnOccurred: code(unitAttention, 0x29, 0x01),
  scsiBusResetOccurred: code(unitAttention, 0x29, 0x02),
  busDeviceResetFunctionOccurred: code(unitAttention, 0x29, 0x03),
  deviceInternalReset: code(unitAttention, 0x29, 0x04),
  iTNexusLossOccurred: code(unitAttention, 0x29, 0x07),
  parametersChanged: code(unitAttention, 0x2a, 0x00),
  modeParametersChanged: code(unitAttention, 0x2a, 0x01),
  reservationsPreempted: code(unitAttention, 0x2a, 0x03),
  reservationsReleased: code(unitAttention, 0x2a, 0x04),
  registrationsPreempted: code(unitAttention, 0x2a, 0x05),
  asymmetricAccessStateChanged: code(unitAttention, 0x2a, 0x06),
  capacityDataHasChanged: code(unitAttention, 0x2a, 0x09),
  commandsClearedByAnotherInitiator: code(unitAttention, 0x2f, 0x00),
  commandsClearedByDeviceServer: code(unitAttention, 0x2f, 0x02),
  thinProvisioningSoftThresholdReached: code(unitAttention, 0x38, 0x07),
  inquiryDataHasChanged: code(unitAttention, 0x3f, 0x03),
  reportedLunsDataHasChanged: code(unitAttention, 0x3f, 0x0e),
  someCommandsClearedByIscsiProtocolEvent: code(unitAttention, 0x47, 0x7f),

  writeProtected: code(dataProtect, 0x27, 0x00),
  hardwareWriteProtected: code(dataProtect, 0x27, 0x01),
  logicalUnitSoftwareWriteProtected: code(dataProtect, 0x27, 0x02),
  spaceAllocationFailedWriteProtect: code(dataProtect, 0x27, 0x07),

  noAdditionalSenseInformationAborted: code(abortedCommand, 0x00, 0x00),
  logicalUnitCommunicationTimeout: code(abortedCommand, 0x08, 0x01),
  writeErrorUnexpectedUnsolicitedData: code(abortedCommand, 0x0c, 0x0c),
  writeErrorNotEnoughUnsolicitedData: code(abortedCommand, 0x0c, 0x0d),
  invalidFieldInCommandInformationUnit: code(abortedCommand, 0x0e, 0x03),
  internalTargetFailureAborted: code(abortedCommand, 0x44, 0x00),
  protocolServiceCrcError: code(abortedCommand, 0x47, 0x05),
  initiatorDetectedErrorMessageReceived: code(abortedCommand, 0x48, 0x00),
  dataPhaseError: code(abortedCommand, 0x4b, 0x00),
  overlappedCommandsAttempted: code(abortedCommand, 0x4e, 0x00),
  systemResourceFailureAborted: code(abortedCommand, 0x55, 0x00),

  miscompareDuringVerifyOperation: code(miscompare, 0x1d, 0x00),
  miscompareVerifyOfUnmappedLba: code(miscompare, 0x1d, 0x01),
} as const satisfies Readonly<Record<string, SenseCode>>

const BYTE = required(wholeNumber(0, 0xff))
const CODE = { key: required(wholeNumber(0, 0xf)), asc: BYTE, ascq: BYTE }

/** The name of a sense code in `Sense`, such as `invalidFieldInCdb`; its three numbers in hex for one not listed. */
export function senseName(code: SenseCode): string {
  checkOptions('senseName: code', code, CODE)
  const { key, asc, ascq } = code
  for (const [name, listed] of Object.entries(Sense))
    if (listed.key === key && listed.asc === asc && listed.ascq === ascq) return name
  const hex = (value: number): string => value.toString(16).padStart(2, '0')
  return `sense key ${key.toString(16)}h, additional sense code ${hex(asc)}h/${hex(ascq)}h`
}
