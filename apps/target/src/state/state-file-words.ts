/** The files of the state directory that an administrator may meet, and what each holds. */
export const stateFiles = {
  'state.json': 'in the state directory: serial numbers that were made, port identifiers, faults of disks',
  'crashes/': 'in the state directory: reports of ends that nobody asked for, ten at most, for root alone',
} as const
