import { openPscsi, scsiOrigin } from '@lunkit/backstores'
import { checkOptions, flag, type OptionDomains, required, text } from '@lunkit/wire'
import { derivedSerial } from './derived-names.ts'
import { DISK, type DiskOptions, unitOptions } from './disk-options.ts'
import { checkResources, type Storage } from './storage.ts'

/** A SCSI device of this machine, of any type, that commands are passed through to. */
export interface PscsiStorageOptions extends DiskOptions {
  /** A node of it (`/dev/sg3`, `/dev/sdb`, `/dev/sr0`, `/dev/st0`), a symbolic link to one, or its address, `2:0:0:1` (host, channel, target, LUN). */
  readonly path: string
  /** False: it is passed through even where others hold or mount it. */
  readonly exclusive?: boolean
}

const PSCSI: OptionDomains = {
  ...DISK,
  path: required(text('a path', path => path !== '' && !path.includes('\0'))),
  exclusive: flag,
}

/**
 * A SCSI device passed through: a disk, a CD, a tape, a changer, whatever it says that it is. Its commands, data, status and sense
 * data are its own; between initiators RESERVE and RELEASE are done here. `readOnly` refuses what would change its medium.
 * @throws {TypeError} or {RangeError} for options that cannot be.
 */
export function pscsi(options: PscsiStorageOptions): Storage {
  checkOptions('pscsi', options, PSCSI)
  const { path, readOnly = false, exclusive = true, ...disk } = options
  return {
    name: disk.name,
    readOnly,
    unit: () => unitOptions(disk),
    open: async resources => {
      checkResources('pscsi: open', resources)
      const { name, lanes } = resources
      return openPscsi({ name, path, readOnly, exclusive, lanes: lanes() })
    },
    makeSerial: async () => derivedSerial(['scsi', ...(await scsiOrigin(path))]),
  }
}
