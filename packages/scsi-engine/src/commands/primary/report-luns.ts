import { encodeLunList, pointerTo, ReportLuns, SelectReport, Sense } from '@lunkit/scsi'
import { SpecialLun } from '@lunkit/scsi/transport'
import { Order } from '../../task/ordering.ts'
import type { AskingNexus } from '../asking-nexus.ts'
import { Access, Attention, command } from '../command.ts'
import { allocates } from '../data-presence.ts'

const SELECT_REPORT = pointerTo(ReportLuns, 'selectReport')

/** What a nexus that sees no unit is told of: LUN 0, where INQUIRY says that there is none. */
const VIRTUAL_LUN = 0

/** The numbers to report, ascending, the well-known one last; undefined for a selection that is not known. */
function selected(nexus: AskingNexus, select: SelectReport): number[] | undefined {
  const ordinary = nexus.luns.length > 0 ? nexus.luns : [VIRTUAL_LUN]
  switch (select) {
    case SelectReport.ordinary:
      return [...ordinary]
    case SelectReport.wellKnown:
      return [SpecialLun.reportLuns]
    case SelectReport.all:
      return [...ordinary, SpecialLun.reportLuns]
    default:
      return undefined
  }
}

/** REPORT LUNS: what this nexus sees; it knows then that its list had changed, on every unit (SAM-5 5.14). */
export const reportLuns = command({
  cdb: ReportLuns,
  data: 'in',
  hasData: allocates,
  access: Access.any,
  order: Order.free,
  attention: Attention.keeps,
  whileNotReady: true,
  run(execution, { selectReport, allocationLength }) {
    const { nexus } = execution
    const luns = selected(nexus, selectReport)
    if (!luns) {
      execution.fail(Sense.invalidFieldInCdb, { pointer: SELECT_REPORT })
      return
    }
    nexus.lunsReported()
    execution.reply(encodeLunList(luns), allocationLength)
  },
})
