import type { Logger } from '../log/logger.ts'
import { type DiskSerial, type DiskSerials, SerialOrigin } from './found-serials.ts'

/** Below so many hex digits another disk in the world may well have the same. */
const FEW_DIGITS = 12

/** What makes a serial number that was given a weak one; undefined where nothing does. */
function weakness(serial: string): string | undefined {
  const digits = serial.replace(/[^0-9a-f]/gi, '').length
  if (digits >= FEW_DIGITS) return undefined
  const has = digits === 0 ? 'no hex digit' : `${digits} hex digit${digits === 1 ? '' : 's'}`
  return `the serial number "${serial}" has ${has}, and its NAA designator nothing else: so has that of any disk in the world \
whose serial number has the same; right is a UUID`
}

const derivedWords = (disk: string, { serial }: DiskSerial): string =>
  serial === undefined
    ? `${disk}: its serial number is made of this machine and of its file, because no state directory can be used: it is another \
one when the file is replaced or the machine renamed; right is a wwn, or --state DIR`
    : `${disk}: its serial number ${serial} is made of this machine, the configuration file and its name, because no state \
directory can be used: it is another one when one of them changes, and a machine that is a copy of this one has the same; right is \
a wwn, or --state DIR`

/** Says in the log where serial numbers come from that the configuration does not give, and which of those given are weak. */
export function logSerials(
  serials: DiskSerials,
  directory: string | undefined,
  log: Pick<Logger, 'info' | 'warn'>,
): void {
  for (const [disk, found] of serials) {
    const { serial, origin } = found
    const facts = { disk, serial, origin }
    if (origin === SerialOrigin.made)
      log.info(
        { event: 'serialMade', ...facts },
        `${disk}: the serial number ${serial} was made, and is kept in ${directory}`,
      )
    else if (origin === SerialOrigin.kept)
      log.info(
        { event: 'serialKept', ...facts },
        `${disk}: its serial number ${serial} was made before, and is kept in ${directory}`,
      )
    else if (origin === SerialOrigin.derived) log.warn({ event: 'serialDerived', ...facts }, derivedWords(disk, found))
    else {
      const weak = serial === undefined ? undefined : weakness(serial)
      if (weak !== undefined) log.warn({ event: 'serialWeak', ...facts }, `${disk}: ${weak}`)
    }
  }
}

/** For `--check`: what would become of serial numbers that the configuration does not give, and which of those given are weak. */
export function explainSerials(serials: DiskSerials, directory: string | undefined): readonly string[] {
  const lines = [...serials].flatMap(([disk, { serial, origin }]) => {
    if (origin === SerialOrigin.kept) return [`  ${disk}: ${serial}, which was made before and is kept in ${directory}`]
    if (origin === SerialOrigin.made) return [`  ${disk}: one will be made, and kept in ${directory}`]
    const weak = origin === SerialOrigin.given && serial !== undefined ? weakness(serial) : undefined
    return weak === undefined ? [] : [`  ${disk}: ${weak}`]
  })
  if (lines.length === 0) return []
  const title = 'Serial numbers (wwn) that the configuration does not give, or that may not be unique:'
  return ['', title, ...lines]
}
