/** The number of a device, as the kernel names it in sysfs: `7:0`. */
export type DeviceNumber = `${number}:${number}`

const MAJOR_HIGH_SHIFT = 32n
const MAJOR_SHIFT = 8n
const MAJOR_LOW = 0xfffn
const MINOR_SHIFT = 12n
const MINOR_LOW = 0xffn
const MINOR_HIGH = 0xffff_ff00n

/** The number in `rdev` of stat(2), by the layout of the C library's gnu_dev_major and gnu_dev_minor. */
export function deviceNumber(rdev: bigint): DeviceNumber {
  const major = ((rdev >> MAJOR_SHIFT) & MAJOR_LOW) | ((rdev >> MAJOR_HIGH_SHIFT) & ~MAJOR_LOW)
  const minor = (rdev & MINOR_LOW) | ((rdev >> MINOR_SHIFT) & MINOR_HIGH)
  return `${Number(major)}:${Number(minor)}`
}
