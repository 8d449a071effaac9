import type { CommandResult, LogicalUnit, Patience, Session, UnitCommand } from '@lunkit/initiator'
import type { VpdPageCode } from '@lunkit/scsi'
import { connect } from 'lunkit'

/** What a unit answers instead of what it would. */
export type Odd = Partial<Pick<LogicalUnit, 'inquiry' | 'read' | 'readCapacity' | 'modeSense' | 'reportLuns'>> & {
  /** Bodies of VPD pages by their code. */
  readonly pages?: Readonly<Partial<Record<VpdPageCode, Uint8Array>>>
  /** What asking for a VPD page ends with. */
  readonly pagesFail?: Error
  /** What a command ends with; undefined: with what it would. */
  readonly ends?: (command: UnitCommand) => CommandResult | undefined
}

function oddUnit(unit: LogicalUnit, { pages = {}, pagesFail, ends = () => undefined, ...instead }: Odd): LogicalUnit {
  const [told, done] = [unit.vitalProductData.bind(unit), unit.command.bind(unit)]
  return Object.assign(unit, {
    vitalProductData: async (code: VpdPageCode) => {
      if (pagesFail) throw pagesFail
      const page = await told(code)
      return { ...page, body: pages[code] ?? page.body }
    },
    command: async (command: UnitCommand, patience?: Patience) => ends(command) ?? done(command, patience),
    ...instead,
  })
}

/** A session with a target of ours whose units are odd, each by its number. */
export async function oddSession(url: string, odds: readonly Odd[]): Promise<Session> {
  const session = await connect(url)
  const lun = session.lun.bind(session)
  return Object.assign(session, { lun: (number: number) => oddUnit(lun(number), odds[number] ?? {}) })
}
