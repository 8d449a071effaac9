import { awaitLines } from './guest-lunkitd.ts'

/** Where the kernel shows scsi_debug and its adapters, each of which has one disk. */
const folder = '/sys/bus/pseudo/drivers/scsi_debug'

/** Options of the module, in its own words. */
export type ScsiDebugOptions = Readonly<Record<string, number>>

/** Script: has disks of memory, each of its own, that tell of themselves what the options say, and a link to each. */
export function loadScsiDebug(disks: readonly string[], options: ScsiDebugOptions): string {
  const all = { ...options, add_host: disks.length, per_host_store: 1, delay: 0 }
  const words = Object.entries(all).map(([name, value]) => `${name}=${value}`)
  return `modprobe -a sd_mod sg; modprobe scsi_debug ${words.join(' ')}
    ${awaitLines(`ls -d ${folder}/adapter*/host*/target*/*:*/block/*`, disks.length)}
    mkdir -p /run/direct
    ${disks.map((disk, at) => `ln -s /dev/$(basename ${folder}/adapter${at}/host*/target*/*:*/block/*) ${direct(disk)}`).join('\n')}`
}

/** The link to one of these disks; lunkitd is given it, too. */
export const direct = (disk: string): string => `/run/direct/${disk}`

/** Script: the blocks of the first disk that have space, as `1-7,9-9`. */
export const mapped = `cat ${folder}/map`

/** Script: takes a disk away, as if it had been pulled out. */
export const pullOut = (disk: string): string =>
  `echo 1 > /sys/block/$(basename $(readlink -f ${direct(disk)}))/device/delete`

/** Script: puts all in again that were pulled out: their adapters look for disks. They may get other names. */
export const plugIn = `for host in /sys/class/scsi_host/host*; do
    if grep -q scsi_debug $host/proc_name; then echo '- - -' > $host/scan; fi
  done`

/** Script: has scsi_debug do something wrong, in its own words: bits of `opts`, at every nth command. */
export const misbehave = (bits: number, everyNth = 0): string =>
  `echo ${bits} > ${folder}/opts; echo ${everyNth} > ${folder}/every_nth`

/** Script: has the disks tell once each that their capacity is another one; 0: that of their memory again. */
export const pretendGigabytes = (gigabytes: number): string => `echo ${gigabytes} > ${folder}/virtual_gb`
