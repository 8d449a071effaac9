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
import { checkArgument, checkOptions, flag, object, oneOf, text, type View, wholeNumber } from '@lunkit/wire'
import { ScsiError } from './error.ts'
import { UNIT_ATTENTIONS } from './limits.ts'
import type { Session } from './session.ts'
import type { CommandRequest, CommandResult } from './task.ts'

/** A command for a unit that is known already. */
export type UnitCommand = Omit<CommandRequest, 'lun'> & {
  /** What the command is called in messages. */
  readonly name?: string
}

/** How MODE SENSE is sent. */
export interface ModeSenseOptions {
  readonly form?: ModeForm
  readonly subpageCode?: number
  readonly pageControl?: PageControl
  readonly noBlockDescriptors?: boolean
}

/** How RESERVE and RELEASE are sent. */
export interface ReservationOptions {
  readonly form?: 6 | 10
}

const BYTE = wholeNumber(0, 0xff)
const MODE_FORM = oneOf([6, 10])
const MODE_SENSE_OPTIONS = {
  form: MODE_FORM,
  subpageCode: BYTE,
  pageControl: wholeNumber(0, 3),
  noBlockDescriptors: flag,
}
const COMMAND = object('a command: { cdb, read, write, ... }')
const NAME = text()

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
   * @throws {ScsiError} for any status but GOOD. {TypeError} or {RangeError} for a command that cannot be.
   */
  async command(command: UnitCommand): Promise<CommandResult> {
    checkArgument('the command', command, COMMAND)
    const { name, ...request } = command
    if (name !== undefined) checkArgument('name', name, NAME)
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

  async requestSense(options: { readonly descriptorFormat?: boolean } = {}): Promise<SenseData> {
    checkOptions('requestSense', options, { descriptorFormat: flag })
    const { descriptorFormat = false } = options
    const cdb = RequestSense.encode({ descriptorFormat, allocationLength: ONE_BYTE_LENGTH })
    return decodeSense((await this.command({ name: RequestSense.name, cdb, read: ONE_BYTE_LENGTH })).data)
  }

  async inquiry(): Promise<View<typeof StandardInquiry.fields>> {
    const cdb = Inquiry.encode({ allocationLength: ONE_BYTE_LENGTH })
    return decodeStandardInquiry((await this.command({ name: Inquiry.name, cdb, read: ONE_BYTE_LENGTH })).data)
  }

  /** A page of vital product data. */
  async vitalProductData(pageCode: number): Promise<VpdPage> {
    checkArgument('pageCode', pageCode, BYTE)
    const cdb = Inquiry.encode({ vitalProductData: true, pageCode, allocationLength: ANSWER_BYTES })
    return decodeVpdPage((await this.command({ name: Inquiry.name, cdb, read: ANSWER_BYTES })).data, pageCode)
  }

  /** The logical unit numbers that this initiator sees; `SpecialLun` for those that are no ordinary numbers. */
  async reportLuns(selectReport: SelectReport = 0): Promise<readonly number[]> {
    checkArgument('selectReport', selectReport, BYTE)
    const cdb = ReportLuns.encode({ selectReport, allocationLength: LUN_LIST_BYTES })
    return decodeLunList((await this.command({ name: ReportLuns.name, cdb, read: LUN_LIST_BYTES })).data).luns
  }

  async modeSense(pageCode: number, options: ModeSenseOptions = {}): Promise<ModeData> {
    checkArgument('pageCode', pageCode, wholeNumber(0, 0x3f))
    checkOptions('modeSense', options, MODE_SENSE_OPTIONS)
    const { form = ModeForm.ten, subpageCode = 0, pageControl = 0, noBlockDescriptors = false } = options
    const page = { pageCode, subpageCode, pageControl, disableBlockDescriptors: noBlockDescriptors }
    const six = form === ModeForm.six
    const read = six ? ONE_BYTE_LENGTH : ANSWER_BYTES
    const of = six ? ModeSense6 : ModeSense10
    const cdb = of.encode({ ...page, allocationLength: read })
    return decodeModeData(form, (await this.command({ name: of.name, cdb, read })).data)
  }

  async modeSelect(contents: ModeContents, options: { readonly form?: ModeForm } = {}): Promise<void> {
    checkOptions('modeSelect', options, { form: MODE_FORM })
    const { form = ModeForm.ten } = options
    const write = encodeModeData(form, contents, false)
    const of = form === ModeForm.six ? ModeSelect6 : ModeSelect10
    const cdb = of.encode({ pageFormat: true, parameterListLength: write.length })
    await this.command({ name: of.name, cdb, write })
  }

  /** Reserves the unit for this initiator, SPC-2. */
  async reserve(options: ReservationOptions = {}): Promise<void> {
    checkOptions('reserve', options, { form: MODE_FORM })
    const { form = 6 } = options
    const of = form === 6 ? Reserve6 : Reserve10
    await this.command({ name: of.name, cdb: of.encode({}) })
  }

  /** Gives the reservation back, SPC-2. */
  async release(options: ReservationOptions = {}): Promise<void> {
    checkOptions('release', options, { form: MODE_FORM })
    const { form = 6 } = options
    const of = form === 6 ? Release6 : Release10
    await this.command({ name: of.name, cdb: of.encode({}) })
  }

  /** All commands of the unit. */
  async supportedCommands(options: { readonly timeouts?: boolean } = {}): Promise<SupportedCommand[]> {
    checkOptions('supportedCommands', options, { timeouts: flag })
    const { timeouts = false } = options
    return decodeAllCommands(
      await this.#supported({ reportingOptions: ReportingOptions.all, returnTimeouts: timeouts }),
    )
  }

  /** Whether the unit has one command, and which bits of its CDB it looks at. */
  async supportedCommand(opcode: number, serviceAction?: number): Promise<OneCommand> {
    checkArgument('opcode', opcode, BYTE)
    if (serviceAction !== undefined) checkArgument('serviceAction', serviceAction, wholeNumber(0, 0xffff))
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
