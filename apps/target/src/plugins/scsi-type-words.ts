/** PERIPHERAL DEVICE TYPE (SPC-4 table 145), as people say it. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [0x00, 'a disk'],
  [0x01, 'a tape drive'],
  [0x05, 'a CD or DVD drive'],
  [0x07, 'an optical disk'],
  [0x08, 'a medium changer'],
  [0x0c, 'a storage array'],
  [0x0d, 'an enclosure'],
  [0x14, 'a zoned disk'],
])

/** What a SCSI device is, by its type. */
export const scsiTypeWords = (deviceType: number): string =>
  TYPES.get(deviceType) ?? `a device of the type ${deviceType.toString(16).padStart(2, '0')}h`
