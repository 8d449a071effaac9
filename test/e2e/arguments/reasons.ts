/** Why something public has no row of bad calls. */
const REASONS = {
  noArguments: 'it takes no argument',
  anyValue: 'whatever it is given is right: it says what a value is, or shows it',
  perCommand:
    'it is called for each PDU, command or piece of data: nothing is looked at when it runs, and nothing but its types is between a program and a wrong argument',
  insideOfPackages:
    'lunkit calls it itself, on or with what it has made: programs get the object from a function that looks',
  calledBack: 'it is there for lunkit to call, not for programs',
  ofATable: 'it belongs to a table of a standard, and is called with what was read by the same table',
  inAnotherTable: 'it is tried at the door of the package that it comes from',
} as const

/** Names without a row, by the reason. */
export type Untried = Readonly<Partial<Record<keyof typeof REASONS, readonly string[]>>>
