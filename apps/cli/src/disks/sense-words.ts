import type { ScsiError } from '@lunkit/initiator'

/** What stands in capitals wherever it is said. */
const CAPITALS: Readonly<Record<string, string>> = { lba: 'LBA', cdb: 'CDB', iscsi: 'iSCSI', scsi: 'SCSI', crc: 'CRC' }

/** A name of the standard's in words: `logicalBlockAddressOutOfRange` is `logical block address out of range`. */
export function inWords(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(' ')
  return words.map(word => CAPITALS[word] ?? word).join(' ')
}

/** What to do, by the name of the sense code; what is not here needs nobody to do anything, or nobody knows what. */
const RIGHT: Readonly<Record<string, string>> = {
  writeProtected:
    'Right is a LUN that may be written: lunkit /iscsi/TARGET/tpg1/acls/INITIATOR/mapped_lunN set write_protect=false.',
  logicalUnitSoftwareWriteProtected: 'The disk was write-protected by an initiator (MODE SELECT), which can undo it.',
  spaceAllocationFailedWriteProtect: 'The storage behind the disk is full: right is more room for it.',
  logicalUnitNotSupported: 'The target has no such LUN for this initiator: right is one that lunkit inquiry lists.',
  logicalBlockAddressOutOfRange: 'It lies beyond the end of the disk.',
  invalidCommandOperationCode: 'The disk does not have this command.',
}

/** What a command that failed says, in words: status, sense, and what is right. */
export function scsiErrorWords({ message, statusName, senseName }: ScsiError): {
  readonly message: string
  readonly explanation: string | undefined
} {
  const what = message.slice(0, message.indexOf(':'))
  const said = senseName === undefined ? inWords(statusName) : inWords(senseName)
  return {
    message: `${what} was refused by the disk: ${said}`,
    explanation: senseName === undefined ? undefined : RIGHT[senseName],
  }
}
