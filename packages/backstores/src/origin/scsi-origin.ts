import { checkArgument } from '@lunkit/wire'
import { FILE_PATH } from '../file-path.ts'
import { findPlace } from '../pscsi/device-opening.ts'

/**
 * What tells a SCSI device from all others of its machine: what it says of itself (page 83h, as the kernel read it), or its model and
 * its address (host, channel, target, LUN) where it says nothing. The same by whatever node or address it is found.
 * @throws {StoreOpenError} where there is no such device. {TypeError} or {RangeError} for what is no path.
 */
export async function scsiOrigin(path: string): Promise<readonly string[]> {
  checkArgument('scsiOrigin: path', path, FILE_PATH)
  const place = await findPlace({ path })
  const named = place.text('wwid')
  return named ? [named] : [place.text('vendor') ?? '', place.text('model') ?? '', place.address]
}
