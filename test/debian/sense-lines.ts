/** Bytes of a CDB of 16 bytes for one block. */
const cdb16 = (opcode: string, lba: number): string =>
  `${opcode} 00 00 00 00 00 00 00 00 ${lba.toString(16).padStart(2, '0')} 00 00 00 01 00 00`

/** Script: reads a block of 4096 bytes, and says how that ended. */
export const readBlock = (disk: string, lba: number): string =>
  `sg_raw -r 4096 -o /dev/null ${disk} ${cdb16('88', lba)}`

/** Script: writes a block of /tmp/block, and says how that ended. */
export const writeBlock = (disk: string, lba: number): string =>
  `sg_raw -s 4096 -i /tmp/block ${disk} ${cdb16('8a', lba)}`

/** How a command ended, of what sg_raw said: `Good`, or sense key and additional sense. */
export function senseIn(printed: string): string {
  const [, status = printed] = /^SCSI Status: (.+?) *$/m.exec(printed) ?? []
  const [, key] = /Sense key: (.+?) *$/m.exec(printed) ?? []
  const [, additional = ''] = /^ *Additional sense: (.+?) *$/m.exec(printed) ?? []
  return key === undefined ? status : `${key}: ${additional}`
}

/** Script: has the device mapper put another table in the place of that of the device `failing`. */
export const onDeviceMapper = (table: string): string =>
  `dmsetup load failing --table "${table}"; dmsetup resume failing`
