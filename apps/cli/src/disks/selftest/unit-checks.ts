import type { LogicalUnit, Patience, Session } from '@lunkit/initiator'
import { ScsiError } from '@lunkit/initiator'
import type { Capacity } from '@lunkit/scsi'
import { Association, Caching, DesignatorType, ModePageCode } from '@lunkit/scsi'
import { dataView } from '@lunkit/wire'
import type { Clock } from '../../clock.ts'
import { durationText, exactBytesText } from '../quantity.ts'
import { inWords, scsiErrorWords } from '../sense-words.ts'
import type { UnitFacts } from '../unit-facts.ts'
import { unitFacts } from '../unit-facts.ts'
import { deviceTypeText } from '../unit-words.ts'
import type { Report } from './report.ts'

/** Who says to be whom, of all LUNs that were looked at. */
export type Identities = Map<string, { readonly place: string; readonly blocks: number }>

/** Where the checks of a LUN look, and where they write. */
export interface UnitChecks {
  readonly report: Report
  readonly identities: Identities
  readonly clock: Clock
  readonly patience: Patience
}

/** How many reads are timed. */
const TIMED_READS = 16

const NAMES: readonly number[] = [DesignatorType.naa, DesignatorType.eui64, DesignatorType.t10VendorId]

function checkIdentity(facts: UnitFacts, blocks: number, place: string, { report, identities }: UnitChecks): void {
  const { inquiry, serial, designators } = facts
  const who = `${inquiry.vendor.trim()} ${inquiry.product.trim()}`
  if (serial === undefined || serial === '')
    return report.wrong(
      `${place} has no serial number`,
      'multipath and ESXi tell disks apart by it: right is a wwn of its storage object.',
    )
  const isNamed = designators.some(
    ({ association, type }) => association === Association.logicalUnit && NAMES.includes(type),
  )
  if (!isNamed)
    report.wrong(`${place} has no name of its own in VPD page 83h`, 'Initiators may take it for another disk.')
  const before = identities.get(serial)
  identities.set(serial, before ?? { place, blocks })
  if (before === undefined) return report.ok(`${place} is ${who}, serial number ${serial}`)
  const right = 'multipath joins them to one: right only where both are one disk; else give one another wwn.'
  if (before.blocks === blocks) report.note(`${place} has the serial number of ${before.place}: ${serial}`, right)
  else report.wrong(`${place} has the serial number of ${before.place}, and another size: ${serial}`, right)
}

async function checkEnds(unit: LogicalUnit, capacity: Capacity, place: string, checks: UnitChecks): Promise<void> {
  const { report, patience } = checks
  const { blocks, blockSizeBytes } = capacity
  for (const [name, lba] of [
    ['first', 0],
    ['last', blocks - 1],
  ] as const) {
    const { length } = await unit.read(lba, 1, patience)
    if (length === blockSizeBytes) report.ok(`${place}: its ${name} block can be read`)
    else report.wrong(`${place}: READ of its ${name} block ended with GOOD and ${length} of ${blockSizeBytes} bytes`)
  }
  const beyond = await unit.read(blocks, 1, patience).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(beyond instanceof ScsiError)) {
    if (beyond !== undefined) throw beyond
    return report.wrong(`${place}: a block beyond its end can be read`, 'Its size is not what it says.')
  }
  const { senseName = beyond.statusName } = beyond
  if (senseName === 'logicalBlockAddressOutOfRange') report.ok(`${place}: a block beyond its end is refused`)
  else
    report.wrong(`${place}: a block beyond its end is refused with ${inWords(senseName)}`, 'Right is LBA out of range.')
}

async function checkModes(unit: LogicalUnit, place: string, { report, patience }: UnitChecks): Promise<void> {
  const { writeProtected, pages } = await unit.modeSense(ModePageCode.caching, patience)
  if (writeProtected)
    report.note(
      `${place} is write-protected for this initiator`,
      'To let it write: lunkit /iscsi/TARGET/tpg1/acls/INITIATOR/mapped_lunN set write_protect=false; without an ACL, set attribute demo_mode_write_protect=0 of the TPG.',
    )
  else report.ok(`${place} may be written`)
  const page = pages.find(each => each.page === ModePageCode.caching && each.bytes.length >= Caching.size)
  if (page === undefined) return
  const { writeCacheEnabled } = Caching.view(dataView(page.bytes))
  report.ok(
    `${place}: ${writeCacheEnabled ? 'a write is durable after a flush (write cache)' : 'a write is durable when it is answered'}`,
  )
}

async function checkLatency(unit: LogicalUnit, capacity: Capacity, place: string, checks: UnitChecks): Promise<void> {
  const { report, clock, patience } = checks
  const took: number[] = []
  for (let at = 0; at < TIMED_READS; at++) {
    const begun = clock.now()
    await unit.read(Math.floor((at * capacity.blocks) / TIMED_READS), 1, patience)
    took.push(clock.now() - begun)
  }
  took.sort((one, other) => one - other)
  const [median, longest] = [took[TIMED_READS / 2] ?? 0, took.at(-1) ?? 0]
  report.ok(
    `${place}: a read takes ${durationText(median * 1e6)}, ${durationText(longest * 1e6)} at the most of ${TIMED_READS}`,
  )
}

async function checkUnit(unit: LogicalUnit, place: string, checks: UnitChecks): Promise<void> {
  const { report, patience } = checks
  const facts = await unitFacts(unit, patience)
  const { capacity } = facts
  if (capacity === undefined) return report.note(`${place} is no disk, but ${deviceTypeText(facts)}`)
  checkIdentity(facts, capacity.blocks, place, checks)
  report.ok(
    `${place} has ${exactBytesText(capacity.blocks * capacity.blockSizeBytes)}, in blocks of ${capacity.blockSizeBytes} bytes`,
  )
  await checkEnds(unit, capacity, place, checks)
  await checkModes(unit, place, checks)
  await checkLatency(unit, capacity, place, checks)
}

/** Looks at every LUN that a session sees; nothing is written. What fails of one does not keep the others from being looked at. */
export async function checkUnits(session: Session, url: string, checks: UnitChecks): Promise<void> {
  const { report, patience } = checks
  const luns = await session.lun(0).reportLuns(0, patience)
  if (luns.length === 0)
    report.wrong(
      `${url} has no LUN for this initiator`,
      'Right is one: lunkit /iscsi/TARGET/tpg1/luns create STORAGE_OBJECT, and a mapped LUN in its ACL.',
    )
  for (const lun of luns) {
    const place = `LUN ${lun}`
    try {
      await checkUnit(session.lun(lun), place, checks)
    } catch (error) {
      if (!(error instanceof ScsiError)) throw error
      const { message, explanation } = scsiErrorWords(error)
      report.wrong(`${place}: ${message}`, explanation)
    }
  }
}
