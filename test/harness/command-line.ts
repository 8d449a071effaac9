/**
 * What the command line of one of the programs in test/ asks for. For `--help` the usage is printed, and what cannot be
 * understood is told in one line with the usage behind it: either way the process ends here.
 */
export function commandLine<Options>(usage: string, parse: (args: readonly string[]) => Options | 'help'): Options {
  const options = attempt(usage, parse)
  if (options !== 'help') return options
  process.stdout.write(`${usage}\n`)
  process.exit(0)
}

function attempt<Parsed>(usage: string, parse: (args: readonly string[]) => Parsed): Parsed {
  try {
    return parse(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}\n`)
    process.exit(2)
  }
}

/**
 * A number above 0 that was given as an option.
 * @throws {RangeError} naming the option
 */
export function positive(name: string, text: string): number {
  const value = Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new RangeError(`${name} is "${text}", a number above 0 is needed`)
}

/**
 * A whole number that was given as an option.
 * @throws {RangeError} naming the option, and what is allowed
 */
export function whole(name: string, text: string, { least, most }: { least: number; most: number }): number {
  const value = text === '' ? Number.NaN : Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new RangeError(`${name} is "${text}", a whole number from ${least} to ${most} is needed`)
}
