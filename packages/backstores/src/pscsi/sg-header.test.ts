import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES, SgHeader } from './sg-header.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const ADDRESS = 0x7f12_3456_7000

/** What <scsi/sg.h> has, compiled for x86-64 and arm64, of a READ (10) of a block. */
const READ = [
  '53000000', // interface_id 'S'
  'fdffffff', // dxfer_direction SG_DXFER_FROM_DEV
  '0afc0000', // cmd_len 10, mx_sb_len 252, iovec_count 0
  '00020000', // dxfer_len 512
  '0010edfe00000000', // dxferp
  '58705634127f0000', // cmdp: behind the header
  '78705634127f0000', // sbp: behind the CDB
  '30750000', // timeout 30,000 ms
  '11000000', // flags: at the tail, direct
  '0000000000000000', // pack_id, padding
  '0000000000000000', // usr_ptr
  '00000000', // status, masked_status, msg_status, sb_len_wr
  '00000000', // host_status, driver_status
  '00000000', // resid
  '00000000', // duration
  '0000000000000000', // info, padding
].join('')

function header(): { bytes: Uint8Array; header: SgHeader } {
  const bytes = new Uint8Array(BLOCK_BYTES).fill(0xee)
  return { bytes, header: new SgHeader(bytes, ADDRESS) }
}

describe('the header of SG_IO', () => {
  it('says of a command what the driver reads, byte for byte', () => {
    const made = header()
    const cdb = Uint8Array.of(0x28, 0, 0, 0, 0, 9, 0, 0, 1, 0)
    made.header.compose({ cdb, direction: 'in', dataAddress: 0xfeed_1000, dataBytes: 512, timeoutMs: 30_000 })
    expect(hex(made.bytes.subarray(0, 88))).toBe(READ)
    expect(hex(made.bytes.subarray(88, 98))).toBe(hex(cdb))
  })

  it('of a command without data has no memory, and asks for none', () => {
    const made = header()
    made.header.compose({ cdb: new Uint8Array(6), direction: 'none', dataAddress: 0, dataBytes: 0, timeoutMs: 1 })
    expect(hex(made.bytes.subarray(4, 24))).toBe(`ffffffff${'06fc0000'}${'00000000'}${'00'.repeat(8)}`)
    expect(hex(made.bytes.subarray(44, 48))).toBe('10000000')
  })

  it('forgets what the command before it has left', () => {
    const made = header()
    made.bytes[64] = 2
    made.header.compose({ cdb: new Uint8Array(6), direction: 'none', dataAddress: 0, dataBytes: 0, timeoutMs: 1 })
    expect(made.header.result()).toEqual({
      ...{ status: 0, hostStatus: 0, driverStatus: 0, residual: 0 },
      sense: new Uint8Array(0),
    })
  })

  it('tells what the driver has written', () => {
    const made = header()
    made.bytes.set(Buffer.from('02010012', 'hex'), 64)
    made.bytes.set(Buffer.from('03000800', 'hex'), 68)
    made.bytes.set(Buffer.from('f0ffffff', 'hex'), 72)
    made.bytes.fill(0x70, 120, 138)
    const sense = new Uint8Array(18).fill(0x70)
    expect(made.header.result()).toEqual({ status: 2, hostStatus: 3, driverStatus: 8, sense, residual: -16 })
  })

  it.each([0, 33])('takes no CDB of %i bytes', length => {
    const call = { direction: 'none', dataAddress: 0, dataBytes: 0, timeoutMs: 1 } as const
    expect(() => header().header.compose({ cdb: new Uint8Array(length), ...call })).toThrow(RangeError)
  })
})
