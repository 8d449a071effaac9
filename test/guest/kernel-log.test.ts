import { describe, expect, it } from 'vitest'
import { complaintsIn } from './kernel-log.ts'

/** As Linux 6.1 wrote them when lunkitd was ended, killed or frozen, or its unit reserved by another initiator. */
const complaints = [
  'kern  :err   : [  719.365318]  connection2:0: detected conn error (1020)',
  'kern  :err   : [  694.282913]  connection2:0: pdu (op 0x1 itt 0x7e) rejected. Reason code 0xc',
  'kern  :err   : [  965.562037]  connection3:0: ping timeout of 5 secs expired, recv timeout 5, last rx 4295131158',
  'kern  :err   : [  622.650646] device offline error, dev sda, sector 191144 op 0x1:(WRITE) flags 0x8800 phys_seg 1',
  'kern  :err   : [  907.557455] critical nexus error, dev sdb, sector 16 op 0x0:(READ) flags 0x0 phys_seg 1',
  'kern  :err   : [  907.558091] Buffer I/O error on dev sdb, logical block 2, async page read',
  'kern  :info  : [  907.557384] sd 0:0:0:0: [sdb] tag#18 FAILED Result: hostbyte=DID_OK driverbyte=DRIVER_OK',
  'kern  :info  : [  907.649066] sd 0:0:0:0: reservation conflict',
  'kern  :crit  : [   12.000000] something that no pattern names',
]

const ordinary = [
  'kern  :notice: [   22.490321] sd 0:0:0:0: [sda] Write cache: enabled, read cache: enabled, supports DPO and FUA',
  'kern  :warn  : [   22.408410] sd 0:0:0:0: Power-on or device reset occurred',
  'kern  :warn  : [  106.369838] hrtimer: interrupt took 18492560 ns',
  'kern  :info  : [  107.566438] EXT4-fs (sda): mounted filesystem with ordered data mode. Quota mode: none.',
  'kern  :notice: [  948.537981] sd 1:0:0:0: [sda] Synchronizing SCSI cache',
  'user  :err   : [    3.100000] udevd[120]: a program of the guest, not its kernel',
]

describe('complaintsIn', () => {
  it.each(complaints)('finds "%s"', line => {
    expect(complaintsIn(`${ordinary.join('\n')}\n${line}\n`)).toEqual([line])
  })

  it('finds nothing in what a kernel says of a healthy disk', () => {
    expect(complaintsIn(`${ordinary.join('\n')}\n`)).toEqual([])
  })
})
