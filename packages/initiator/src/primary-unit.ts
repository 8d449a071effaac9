import {
  decodeAllCommands,
  decodeLunList,
  decodeModeData,
  decodeOneCommand,
  decodeSense,
  decodeStandardInquiry,
  decodeSupportedFunctions,
  decodeVpdPage,
  encodeModeData,
  Inquiry,
  type ModeContents,
  type ModeData,
  ModeForm,
  ModeSelect6,
  ModeSelect10,
  ModeSense6,
  ModeSense10,
  type OneCommand,
  type PageControl,
  Release6,
  Release10,
  ReportingOptions,
  ReportLuns,
  ReportSupportedOperationCodes,
  ReportSupportedTaskManagementFunctions,
  RequestSense,
  Reserve6,
  Reserve10,
  type SelectReport,
  type SenseData,
  SenseKey,
  type StandardInquiry,
  type SupportedCommand,
  type SupportedFunction,
  TestUnitReady,
  type VpdPage,
} from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import type { View } from '@lunkit/wire'
import { ScsiError } from './error.ts'
import { UNIT_ATTENTIONS } from './limits.ts'
import type { Session } from './session.ts'
import type { CommandRequest, CommandResult } from './task.ts'

/** A command for a unit that is known already. */
export type UnitCommand = Omit<CommandRequest, 'lun'> & {
  /** What the command is called in messages. */
  readonly name?: string
}

/** The longest answers that are asked for, in bytes. */
const ONE_BYTE_LENGTH = 0xff
const ANSWER_BYTES = 0xffff
const LUN_LIST_BYTES = 131_072

/** The commands of SPC-5, which every logical unit has. */
export class PrimaryUnit {
  readonly session: Session
  /** The logical unit number. */
  readonly number: number

  constructor(session: Session, number: number) {
    this.session = session
    this.number = number
  }

  /**
   * Any command.
   * @throws {ScsiError} for any status but GOOD.
   */
  async command({ name, ...request }: UnitCommand): Promise<CommandResult> {
    const result = await this.session.execute({ ...request, lun: this.number }).result
    if (result.status === Status.good) return result
    throw new ScsiError(name ?? `CDB ${Buffer.from(request.cdb).toString('hex')}`, result.status, result.sense)
  }

  /** @throws {ScsiError} when the unit is not ready, or has something to say first (unit attention). */
  async testUnitReady(): Promise<void> {
    await this.command({ name: TestUnitReady.name, cdb: TestUnitReady.encode({}) })
  }

  /**
   * Hears what the unit has to say (unit attentions) until it is ready.
   * @throws {ScsiError} when it is not.
   */
  async ready(): Promise<void> {
    for (let left = UNIT_ATTENTIONS; ; left--) {
      try {
        return await this.testUnitReady()
      } catch (error) {
        if (left === 0 || !isUnitAttention(error)) throw error
      }
    }
  }

  async requestSense({ descriptorFormat = false } = {}): Promise<SenseData> {
    const cdb = RequestSense.encode({ descriptorFormat, allocationLength: ONE_BYTE_LENGTH })
    return decodeSense((await this.command({ name: RequestSense.name, cdb, read: ONE_BYTE_LENGTH })).data)
  }

  async inquiry(): Promise<View<typeof StandardInquiry.fields>> {
    const cdb = Inquiry.encode({ allocationLength: ONE_BYTE_LENGTH })
    return decodeStandardInquiry((await this.command({ name: Inquiry.name, cdb, read: ONE_BYTE_LENGTH })).data)
  }

  /** A page of vital product data. */
  async vitalProductData(pageCode: number): Promise<VpdPage> {
    const cdb = Inquiry.encode({ vitalProductData: true, pageCode, allocationLength: ANSWER_BYTES })
    return decodeVpdPage((await this.command({ name: Inquiry.name, cdb, read: ANSWER_BYTES })).data, pageCode)
  }

  /** The logical unit numbers that this initiator sees; `SpecialLun` for those that are no ordinary numbers. */
  async reportLuns(selectReport: SelectReport = 0): Promise<readonly number[]> {
    const cdb = ReportLuns.encode({ selectReport, allocationLength: LUN_LIST_BYTES })
    return decodeLunList((await this.command({ name: ReportLuns.name, cdb, read: LUN_LIST_BYTES })).data).luns
  }

  async modeSense(
    pageCode: number,
    options: { form?: ModeForm; subpageCode?: number; pageControl?: PageControl; noBlockDescriptors?: boolean } = {},
  ): Promise<ModeData> {
    const { form = ModeForm.ten, subpageCode = 0, pageControl = 0, noBlockDescriptors = false } = options
    const page = { pageCode, subpageCode, pageControl, disableBlockDescriptors: noBlockDescriptors }
    const six = form === ModeForm.six
    const read = six ? ONE_BYTE_LENGTH : ANSWER_BYTES
    const of = six ? ModeSense6 : ModeSense10
    const cdb = of.encode({ ...page, allocationLength: read })
    return decodeModeData(form, (await this.command({ name: of.name, cdb, read })).data)
  }

  async modeSelect(contents: ModeContents, { form = ModeForm.ten as ModeForm } = {}): Promise<void> {
    const write = encodeModeData(form, contents, false)
    const of = form === ModeForm.six ? ModeSelect6 : ModeSelect10
    const cdb = of.encode({ pageFormat: true, parameterListLength: write.length })
    await this.command({ name: of.name, cdb, write })
  }

  /** Reserves the unit for this initiator, SPC-2. */
  async reserve({ form = 6 }: { form?: 6 | 10 } = {}): Promise<void> {
    const of = form === 6 ? Reserve6 : Reserve10
    await this.command({ name: of.name, cdb: of.encode({}) })
  }

  /** Gives the reservation back, SPC-2. */
  async release({ form = 6 }: { form?: 6 | 10 } = {}): Promise<void> {
    const of = form === 6 ? Release6 : Release10
    await this.command({ name: of.name, cdb: of.encode({}) })
  }

  /** All commands of the unit. */
  async supportedCommands({ timeouts = false } = {}): Promise<SupportedCommand[]> {
    return decodeAllCommands(
      await this.#supported({ reportingOptions: ReportingOptions.all, returnTimeouts: timeouts }),
    )
  }

  /** Whether the unit has one command, and which bits of its CDB it looks at. */
  async supportedCommand(opcode: number, serviceAction?: number): Promise<OneCommand> {
    const { byOpcode, byServiceAction } = ReportingOptions
    const reportingOptions = serviceAction === undefined ? byOpcode : byServiceAction
    const asked = { reportingOptions, requestedOpcode: opcode, requestedServiceAction: serviceAction ?? 0 }
    return decodeOneCommand(await this.#supported(asked))
  }

  async #supported(asked: Parameters<typeof ReportSupportedOperationCodes.encode>[0]): Promise<Uint8Array> {
    const cdb = ReportSupportedOperationCodes.encode({ ...asked, allocationLength: ANSWER_BYTES })
    return (await this.command({ name: ReportSupportedOperationCodes.name, cdb, read: ANSWER_BYTES })).data
  }

  async supportedTaskManagementFunctions(): Promise<SupportedFunction[]> {
    const of = ReportSupportedTaskManagementFunctions
    const cdb = of.encode({ allocationLength: ONE_BYTE_LENGTH })
    return decodeSupportedFunctions((await this.command({ name: of.name, cdb, read: ONE_BYTE_LENGTH })).data)
  }
}

/** Whether a command failed only because the unit had something to say first. */
export const isUnitAttention = (error: unknown): boolean =>
  error instanceof ScsiError && error.sense?.code.key === SenseKey.unitAttention
