import type { Guest } from '../guest/guest.ts'

const commandsTimeoutMs = 120_000

/** Bytes of a CDB of 16 bytes for one block. */
function cdb16(opcode: string, lba: number): string {
  const address = lba
    .toString(16)
    .padStart(16, '0')
    .replaceAll(/..(?!$)/g, '$& ')
  return `${opcode} 00 ${address} 00 00 00 01 00 00`
}

/** A disk by its node for all SCSI devices: udev looks at one by the other when that is closed, and would be told a unit attention. */
export const generic = (disk: string): string =>
  `/dev/$(ls /sys/block/$(basename $(readlink -f ${disk}))/device/scsi_generic)`

/** Script: reads a block of 4096 bytes, and says how that ended. */
export const readBlock = (disk: string, lba: number): string =>
  `sg_raw -r 4096 -o /dev/null ${generic(disk)} ${cdb16('88', lba)}`

/** Script: writes a block of /tmp/block, and says how that ended. */
export const writeBlock = (disk: string, lba: number): string =>
  `sg_raw -s 4096 -i /tmp/block ${generic(disk)} ${cdb16('8a', lba)}`

/** Script: has a unit keep what was written, and says how that ended. */
export const synchronize = (disk: string): string => `sg_raw ${generic(disk)} 35 00 00 00 00 00 00 00 00 00`

/** Script: asks a unit whether it is ready, and says how that ended. */
export const testUnit = (disk: string): string => `sg_raw ${generic(disk)} 00 00 00 00 00 00`

/** Script: leaves out of what sg3-utils prints blank lines, and what page 83h says of ports and targets. */
export const withoutPorts = `awk '/^[A-Z].*VPD page/ { names = /Device Identification/; port = 0 } names && /^  [A-Z].*:$/ { port = !/Addressed logical unit/ } NF && !(names && port)'`

/** How a command ended, of what sg_raw said: `Good`, or sense key and additional sense. */
function senseIn(printed: string): string {
  const [, status = printed] = /^SCSI Status: (.+?) *$/m.exec(printed) ?? []
  const [, key] = /Sense key: (.+?) *$/m.exec(printed) ?? []
  const [, additional = ''] = /^ *Additional sense: (.+?) *$/m.exec(printed) ?? []
  return key === undefined ? status : `${key}: ${additional}`
}

/** Script: has the device mapper put another table in the place of that of the device `failing`. */
export const onDeviceMapper = (table: string): string =>
  `dmsetup load failing --table "${table}"; dmsetup resume failing`

/** How each of these commands ended that a script of a guest has. */
export async function outcomesOf(guest: Guest, ...commands: readonly string[]): Promise<readonly string[]> {
  const { output } = await guest.run(commands.join('\necho ----\n'), commandsTimeoutMs)
  return output.split('----\n').map(senseIn)
}
