/** Sense key, additional sense code and qualifier, as the tables of SPC-5 have them. */
export type SenseTriple = `${string}/${string}/${string}`

/** What the model expects, by SPC-5's words. */
export const senses = {
  powerOnOrReset: '6/29/00',
  busDeviceReset: '6/29/03',
  nexusLoss: '6/29/07',
  modeParametersChanged: '6/2a/01',
  commandsCleared: '6/2f/00',
  addressOutOfRange: '5/21/00',
  unitNotSupported: '5/25/00',
  writeProtected: '7/27/00',
  softwareWriteProtected: '7/27/02',
  miscompare: 'e/1d/00',
} as const satisfies Record<string, SenseTriple>

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** Three numbers as a triple. */
export const tripleOf = ({ key, asc, ascq }: { key: number; asc: number; ascq: number }): SenseTriple =>
  `${hex(key, 1)}/${hex(asc, 2)}/${hex(ascq, 2)}`
