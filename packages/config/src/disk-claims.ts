import { naaDigits } from './unit-serial.ts'

/** What only one disk that is served can have: its file, and what initiators tell it apart by. */
export function claimsOf({
  file,
  serial,
}: {
  readonly file: string | undefined
  readonly serial: string | undefined
}): readonly string[] {
  return [
    ...(file === undefined ? [] : [`file ${file}`]),
    ...(serial === undefined ? [] : [`serial ${naaDigits(serial)}`]),
  ]
}
