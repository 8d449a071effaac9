/** The control mode page, SPC-5: 12 bytes, D_SENSE in bit 2 of byte 2, SWP in bit 3 of byte 4. */
export class Control {
  static readonly pageCode = 0x0a
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = Uint8Array.from(bytes)
  }

  get descriptorSense(): boolean {
    return this.#bit(2, 0x04)
  }

  get softwareWriteProtect(): boolean {
    return this.#bit(4, 0x08)
  }

  /** The page with both bits as they are wanted. */
  with(bits: { descriptorSense: boolean; softwareWriteProtect: boolean }): Uint8Array {
    const bytes = Uint8Array.from(this.bytes)
    const set = (at: number, mask: number, on: boolean): void => {
      bytes[at] = ((bytes[at] ?? 0) & ~mask) | (on ? mask : 0)
    }
    set(2, 0x04, bits.descriptorSense)
    set(4, 0x08, bits.softwareWriteProtect)
    return bytes
  }

  #bit(at: number, mask: number): boolean {
    return ((this.bytes[at] ?? 0) & mask) !== 0
  }
}
