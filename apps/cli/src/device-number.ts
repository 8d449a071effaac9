/** The number of a device as /sys/dev has it, `MAJOR:MINOR`, of what stat says; Linux, include/linux/kdev_t.h. */
export function deviceNumber(rdev: number): string {
  const major = Math.floor(rdev / 0x100) % 0x1000
  const minor = (rdev % 0x100) + Math.floor(rdev / 0x10_0000) * 0x100
  return `${major}:${minor}`
}
