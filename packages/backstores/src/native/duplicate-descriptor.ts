import { checkArgument, required, wholeNumber } from '@lunkit/wire'
import { libc } from './libc-access.ts'

const DESCRIPTOR = required(wholeNumber(0, 2 ** 31 - 1))

/**
 * Another descriptor of the same open file, whose close leaves the first alone, for a thread of its own; undefined where the C library cannot
 * be called, or nothing is open there. Whoever asks closes it.
 * @throws {TypeError} or {RangeError} for what is no descriptor.
 */
export function duplicateDescriptor(fd: number): number | undefined {
  checkArgument('duplicateDescriptor: fd', fd, DESCRIPTOR)
  const copy = libc()?.duplicate(fd)
  return copy === undefined || copy < 0 ? undefined : copy
}
