import { PeripheralDeviceType } from '@lunkit/scsi'

const { directAccessBlock, sequentialAccess, cdDvd } = PeripheralDeviceType

const named = (opcodes: Readonly<Record<string, number>>): ReadonlySet<number> => new Set(Object.values(opcodes))

/** Commands with data for the device that change no medium, whatever its type. */
const KEEPING = named({
  modeSelect6: 0x15,
  modeSelect10: 0x55,
  logSelect: 0x4c,
  sendDiagnostic: 0x1d,
  persistentReserveOut: 0x5f,
  reserve10: 0x56,
  verify10: 0x2f,
  verify12: 0xaf,
  verify16: 0x8f,
  maintenanceOut: 0xa4,
})

/** Commands without data that change the medium, by type; some of them may have their data made for them. */
const CHANGING: ReadonlyMap<number, ReadonlySet<number>> = new Map([
  [
    directAccessBlock,
    named({
      formatUnit: 0x04,
      sanitize: 0x48,
      writeLong10: 0x3f,
      writeLong16: 0x9f,
      writeSame10: 0x41,
      writeSame16: 0x93,
      unmap: 0x42,
    }),
  ],
  [
    sequentialAccess,
    named({
      writeFilemarks6: 0x10,
      writeFilemarks16: 0x80,
      erase6: 0x19,
      erase16: 0x93,
      formatMedium: 0x04,
      setCapacity: 0x0b,
    }),
  ],
  [
    cdDvd,
    named({
      formatUnit: 0x04,
      blank: 0xa1,
      reserveTrack: 0x53,
      closeTrackSession: 0x5b,
      erase10: 0x2c,
      erase12: 0xac,
    }),
  ],
])

/** Whether a command changes the medium of a device of this type, as far as its operation code tells: rather too often than too seldom. */
export function changesMedium(deviceType: number, [opcode = 0]: Uint8Array, hasDataOut: boolean): boolean {
  return hasDataOut ? !KEEPING.has(opcode) : CHANGING.get(deviceType)?.has(opcode) === true
}
