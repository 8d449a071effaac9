import { describe, expect, it } from 'vitest'
import * as scsi from './index.ts'
import * as sense from './sense-layout.ts'
import * as transport from './transport/index.ts'

/** The closed lists of SAM-5, SPC-5 and SBC-4, numbers in hex. */
const LISTS: readonly [name: string, list: Readonly<Record<string, number>>, numbers: string][] = [
  ['Association', scsi.Association, 'logicalUnit=0 targetPort=1 targetDevice=2'],
  ['ByteCheck', scsi.ByteCheck, 'none=0 blocks=1 reserved=2 oneBlock=3'],
  ['CodeSet', scsi.CodeSet, 'binary=1 ascii=2 utf8=3'],
  ['CommandSupport', scsi.CommandSupport, 'notAvailable=0 notSupported=1 standard=3 vendorSpecific=5'],
  [
    'DesignatorType',
    scsi.DesignatorType,
    'vendorSpecific=0 t10VendorId=1 eui64=2 naa=3 relativeTargetPort=4 targetPortGroup=5 logicalUnitGroup=6 md5LogicalUnit=7 scsiName=8',
  ],
  ['ModeForm', scsi.ModeForm, 'six=6 ten=a'],
  [
    'ModePageCode',
    scsi.ModePageCode,
    'readWriteErrorRecovery=1 caching=8 control=a informationalExceptionsControl=1c all=3f',
  ],
  ['PageControl', scsi.PageControl, 'current=0 changeable=1 default=2 saved=3'],
  [
    'PeripheralDeviceType',
    scsi.PeripheralDeviceType,
    'directAccessBlock=0 sequentialAccess=1 cdDvd=5 mediumChanger=8 enclosureServices=d wellKnown=1e unknown=1f',
  ],
  ['PeripheralQualifier', scsi.PeripheralQualifier, 'connected=0 notConnected=1 notCapable=3'],
  [
    'PowerCondition',
    scsi.PowerCondition,
    'startValid=0 active=1 idle=2 standby=3 luControl=7 forceIdle=a forceStandby=b',
  ],
  ['ProtocolId', scsi.ProtocolId, 'iscsi=5'],
  ['ProvisioningStatus', scsi.ProvisioningStatus, 'mapped=0 deallocated=1 anchored=2'],
  ['ProvisioningType', scsi.ProvisioningType, 'notReported=0 resource=1 thin=2'],
  ['ReportingOptions', scsi.ReportingOptions, 'all=0 byOpcode=1 byServiceAction=2 byEither=3'],
  ['SelectReport', scsi.SelectReport, 'ordinary=0 wellKnown=1 all=2'],
  [
    'SenseKey',
    scsi.SenseKey,
    'noSense=0 recoveredError=1 notReady=2 mediumError=3 hardwareError=4 illegalRequest=5 unitAttention=6 dataProtect=7 blankCheck=8 vendorSpecific=9 copyAborted=a abortedCommand=b volumeOverflow=d miscompare=e completed=f',
  ],
  ['SpcVersion', scsi.SpcVersion, 'spc2=4 spc3=5 spc4=6 spc5=7'],
  ['VersionDescriptor', scsi.VersionDescriptor, 'sam5=a0 iscsi=960 spc4=460 sbc3=4c0'],
  [
    'VpdPageCode',
    scsi.VpdPageCode,
    'supportedPages=0 unitSerialNumber=80 deviceIdentification=83 extendedInquiry=86 blockLimits=b0 blockDeviceCharacteristics=b1 logicalBlockProvisioning=b2',
  ],
  ['DescriptorType', sense.DescriptorType, 'information=0 commandSpecific=1 senseKeySpecific=2'],
  ['ResponseCode', sense.ResponseCode, 'fixedCurrent=70 fixedDeferred=71 descriptorCurrent=72 descriptorDeferred=73'],
  ['SpecialLun', transport.SpecialLun, 'reportLuns=-1 unaddressable=-2'],
  [
    'Status',
    transport.Status,
    'good=0 checkCondition=2 conditionMet=4 busy=8 reservationConflict=18 taskSetFull=28 acaActive=30 taskAborted=40',
  ],
  ['TaskAttribute', transport.TaskAttribute, 'untagged=0 simple=1 ordered=2 headOfQueue=3 aca=4'],
  [
    'TaskManagementFunction',
    transport.TaskManagementFunction,
    'abortTask=1 abortTaskSet=2 clearAca=3 clearTaskSet=4 logicalUnitReset=5 targetWarmReset=6 targetColdReset=7 queryTask=9 queryTaskSet=a iTNexusReset=b queryAsyncEvent=c',
  ],
]

/** Sense key, additional sense code and qualifier (SPC-5, sense keys, and ASC and ASCQ assignments), all in hex. */
const SENSE_CODES = `
  0 00/00 noAdditionalSenseInformation
  0 5e/00 lowPowerConditionOn
  0 5e/03 idleConditionActivatedByCommand
  0 5e/04 standbyConditionActivatedByCommand
  2 04/00 logicalUnitNotReadyCauseNotReportable
  2 04/01 logicalUnitIsInProcessOfBecomingReady
  2 04/02 logicalUnitNotReadyInitializingCommandRequired
  2 04/03 logicalUnitNotReadyManualInterventionRequired
  2 04/0a logicalUnitNotAccessibleAsymmetricAccessStateTransition
  2 04/0b logicalUnitNotAccessibleTargetPortInStandbyState
  2 04/0c logicalUnitNotAccessibleTargetPortInUnavailableState
  2 08/00 logicalUnitCommunicationFailure
  2 3a/00 mediumNotPresent
  3 03/00 peripheralDeviceWriteFault
  3 0c/00 writeError
  3 11/00 unrecoveredReadError
  4 3e/01 logicalUnitFailure
  4 44/00 internalTargetFailure
  5 1a/00 parameterListLengthError
  5 0e/03 invalidFieldInCommandInformationUnitRefused
  5 20/00 invalidCommandOperationCode
  5 21/00 logicalBlockAddressOutOfRange
  5 24/00 invalidFieldInCdb
  5 25/00 logicalUnitNotSupported
  5 26/00 invalidFieldInParameterList
  5 26/01 parameterNotSupported
  5 26/02 parameterValueInvalid
  5 2c/00 commandSequenceError
  5 39/00 savingParametersNotSupported
  5 49/00 invalidMessageError
  5 53/02 mediumRemovalPrevented
  5 55/03 insufficientResources
  6 28/00 notReadyToReadyChangeMediumMayHaveChanged
  6 29/00 powerOnResetOrBusDeviceResetOccurred
  6 29/01 powerOnOccurred
  6 29/02 scsiBusResetOccurred
  6 29/03 busDeviceResetFunctionOccurred
  6 29/04 deviceInternalReset
  6 29/07 iTNexusLossOccurred
  6 2a/00 parametersChanged
  6 2a/01 modeParametersChanged
  6 2a/03 reservationsPreempted
  6 2a/04 reservationsReleased
  6 2a/05 registrationsPreempted
  6 2a/06 asymmetricAccessStateChanged
  6 2a/09 capacityDataHasChanged
  6 2f/00 commandsClearedByAnotherInitiator
  6 2f/02 commandsClearedByDeviceServer
  6 38/07 thinProvisioningSoftThresholdReached
  6 3f/03 inquiryDataHasChanged
  6 3f/0e reportedLunsDataHasChanged
  6 47/7f someCommandsClearedByIscsiProtocolEvent
  7 27/00 writeProtected
  7 27/01 hardwareWriteProtected
  7 27/02 logicalUnitSoftwareWriteProtected
  7 27/07 spaceAllocationFailedWriteProtect
  b 00/00 noAdditionalSenseInformationAborted
  b 08/01 logicalUnitCommunicationTimeout
  b 0c/0c writeErrorUnexpectedUnsolicitedData
  b 0c/0d writeErrorNotEnoughUnsolicitedData
  b 0e/03 invalidFieldInCommandInformationUnit
  b 44/00 internalTargetFailureAborted
  b 47/05 protocolServiceCrcError
  b 48/00 initiatorDetectedErrorMessageReceived
  b 4b/00 dataPhaseError
  b 4e/00 overlappedCommandsAttempted
  b 55/00 systemResourceFailureAborted
  e 1d/00 miscompareDuringVerifyOperation
  e 1d/01 miscompareVerifyOfUnmappedLba
`

const hex = (value: number, digits = 2): string => value.toString(16).padStart(digits, '0')

describe('the numbers of the standards', () => {
  it.each(LISTS)('are as they stand there: %s', (_name, list, numbers) => {
    expect(Object.entries(list).map(([name, value]) => `${name}=${value.toString(16)}`)).toEqual(numbers.split(' '))
  })

  it('are as they stand there: sense codes', () => {
    const listed = Object.entries(scsi.Sense).map(
      ([name, { key, asc, ascq }]) => `${hex(key, 1)} ${hex(asc)}/${hex(ascq)} ${name}`,
    )
    expect(listed).toEqual(SENSE_CODES.trim().split(/\n\s*/))
  })

  it('are as they stand there: single ones', () => {
    const { ALL_SUBPAGES, CAPACITY_EXCEEDS_10, MANY_BLOCKS, NON_ROTATING } = scsi
    expect({ ALL_SUBPAGES, CAPACITY_EXCEEDS_10, MANY_BLOCKS, NON_ROTATING }).toEqual({
      ALL_SUBPAGES: 0xff,
      CAPACITY_EXCEEDS_10: 0xffff_ffff,
      MANY_BLOCKS: 0xffff_ffff,
      NON_ROTATING: 1,
    })
    const { MAX_LUNS, PIECE_BYTES, SERVED_LUNS } = transport
    expect([MAX_LUNS, SERVED_LUNS, PIECE_BYTES]).toEqual([16_777_216, 16_384, 262_144])
  })
})

describe('the length of a CDB', () => {
  it.each([
    [0x00, 6],
    [0x1f, 6],
    [0x20, 10],
    [0x5f, 10],
    [0x60, undefined],
    [0x7f, undefined],
    [0x80, 16],
    [0x9f, 16],
    [0xa0, 12],
    [0xbf, 12],
    [0xc0, undefined],
    [0xff, undefined],
  ])('with operation code %i is %s bytes', (opcode, lengthBytes) => {
    expect(scsi.cdbLength(opcode)).toBe(lengthBytes)
  })
})
