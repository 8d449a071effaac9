/** The system calls that reach a descriptor, each with the number by which a lane tells it. */
export const SystemCall = {
  none: 0,
  pread: 1,
  preadv2: 2,
  pwrite: 3,
  pwritev2: 4,
  fdatasync: 5,
  fallocate: 6,
  lseek: 7,
  fstat: 8,
  ioctl: 9,
} as const
export type SystemCall = (typeof SystemCall)[keyof typeof SystemCall]

const names = Object.keys(SystemCall)

/** What the manual pages call it. */
export const systemCallName = (call: SystemCall): string => names[call] as string
