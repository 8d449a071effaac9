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
import { checkArgument, checkOptions, flag, object, oneOf, type View, wholeNumber } from '@lunkit/wire'
import { attentionOf } from './attention.ts'
import { ScsiError } from './error.ts'
import { UNIT_ATTENTIONS } from './limits.ts'
import { PATIENCE, type Patience } from './patience.ts'
import type { CommandRequest, CommandResult } from './task.ts'
import type { UnitSession } from './unit-session.ts'

/** A command for a unit that is known already. */
export type UnitCommand = Omit<CommandRequest, 'lun'>

/** How MODE SENSE is sent. */
export interface ModeSenseOptions extends Patience {
  readonly form?: ModeForm
  readonly subpageCode?: number
  readonly pageControl?: PageControl
  readonly noBlockDescriptors?: boolean
}

/** How RESERVE and RELEASE are sent. */
export interface ReservationOptions extends Patience {
  readonly form?: 6 | 10
}

const BYTE = wholeNumber(0, 0xff)
const MODE_FORM = oneOf([6, 10])
const MODE_SENSE_OPTIONS = {
  form: MODE_FORM,
  subpageCode: BYTE,
  pageControl: wholeNumber(0, 3),
  noBlockDescriptors: flag,
  ...PATIENCE,
}
const FORM_OPTIONS = { form: MODE_FORM, ...PATIENCE }
const COMMAND = object('a command: { cdb, read, write, ... }')

/** The longest answers that are asked for, in bytes. */
const ONE_BYTE_LENGTH = 0xff
const ANSWER_BYTES = 0xffff
const LUN_LIST_BYTES = 131_072

/** The commands of SPC-5, which every logical unit has. */
export class PrimaryUnit {
  readonly session: UnitSession
  /** The logical unit number. */
  readonly number: number

  constructor(session: UnitSession, number: number) {
    this.session = session
    this.number = number
  }

  /**
   * Any command. Unit attentions are dealt with as the session's `attentions` say.
   * @throws {ScsiError} for any status but GOOD. {TypeError} or {RangeError} for a command that cannot be. The signal's
   * reason or a {TimeoutError} when it is no longer waited for.
   */
  async command(command: UnitCommand, patience: Patience = {}): Promise<CommandResult> {
    return this.#send(command, patience, false)
  }

  /** `anyhow`: every unit attention is passed over, whoever deals with them. */
  async #send(command: UnitCommand, patience: Patience, anyhow: boolean): Promise<CommandResult> {
    checkArgument('the command', command, COMMAND)
    for (let left = UNIT_ATTENTIONS; ; left--) {
      const { status, sense, ...rest } = await this.session.execute({ ...command, lun: this.number }, patience).result
      if (status === Status.good) {
        this.session.attentions.met(this.number)
        return { status, sense, ...rest }
      }
      const error = new ScsiError(command.name ?? `CDB ${Buffer.from(command.cdb).toString('hex')}`, status, sense)
      const attention = attentionOf(error)
      if (!attention) throw error
      this.attended()
      if (!this.session.attentions.attended(this.number, attention, anyhow) || left === 0) throw error
    }
  }

  /** The unit had something to say: what is known of it may have changed. */
  protected attended(): void {}

  /** @throws {ScsiError} when the unit is not ready. */
  async testUnitReady(options: Patience = {}): Promise<void> {
    checkOptions('testUnitReady', options, PATIENCE)
    await this.command({ name: TestUnitReady.name, cdb: TestUnitReady.encode({}) }, options)
  }

  /**
   * Hears what the unit has to say (unit attentions), whoever deals with them otherwise, until it is ready.
   * @throws {ScsiError} when it is not.
   */
  async ready(options: Patience = {}): Promise<void> {
    checkOptions('ready', options, PATIENCE)
    await this.#send({ name: TestUnitReady.name, cdb: TestUnitReady.encode({}) }, options, true)
  }

  async requestSense(options: Patience & { readonly descriptorFormat?: boolean } = {}): Promise<SenseData> {
    checkOptions('requestSense', options, { descriptorFormat: flag, ...PATIENCE })
    const { descriptorFormat = false } = options
    const cdb = RequestSense.encode({ descriptorFormat, allocationLength: ONE_BYTE_LENGTH })
    return decodeSense((await this.command({ name: RequestSense.name, cdb, read: ONE_BYTE_LENGTH }, options)).data)
  }

  async inquiry(options: Patience = {}): Promise<View<typeof StandardInquiry.fields>> {
    checkOptions('inquiry', options, PATIENCE)
    const cdb = Inquiry.encode({ allocationLength: ONE_BYTE_LENGTH })
    return decodeStandardInquiry((await this.command({ name: Inquiry.name, cdb, read: ONE_BYTE_LENGTH }, options)).data)
  }

  /** A page of vital product data. */
  async vitalProductData(pageCode: number, options: Patience = {}): Promise<VpdPage> {
    checkOptions('vitalProductData', options, PATIENCE)
    checkArgument('pageCode', pageCode, BYTE)
    const cdb = Inquiry.encode({ vitalProductData: true, pageCode, allocationLength: ANSWER_BYTES })
    return decodeVpdPage((await this.command({ name: Inquiry.name, cdb, read: ANSWER_BYTES }, options)).data, pageCode)
  }

  /** The logical unit numbers that this initiator sees; `SpecialLun` for those that are no ordinary numbers. */
  async reportLuns(selectReport: SelectReport = 0, options: Patience = {}): Promise<readonly number[]> {
    checkOptions('reportLuns', options, PATIENCE)
    checkArgument('selectReport', selectReport, BYTE)
    const cdb = ReportLuns.encode({ selectReport, allocationLength: LUN_LIST_BYTES })
    return decodeLunList((await this.command({ name: ReportLuns.name, cdb, read: LUN_LIST_BYTES }, options)).data).luns
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
    return decodeModeData(form, (await this.command({ name: of.name, cdb, read }, options)).data)
  }

  async modeSelect(contents: ModeContents, options: Patience & { readonly form?: ModeForm } = {}): Promise<void> {
    checkOptions('modeSelect', options, FORM_OPTIONS)
    const { form = ModeForm.ten } = options
    const write = encodeModeData(form, contents, false)
    const of = form === ModeForm.six ? ModeSelect6 : ModeSelect10
    const cdb = of.encode({ pageFormat: true, parameterListLength: write.length })
    await this.command({ name: of.name, cdb, write }, options)
  }

  /** Reserves the unit for this initiator, SPC-2. */
  async reserve(options: ReservationOptions = {}): Promise<void> {
    checkOptions('reserve', options, FORM_OPTIONS)
    const { form = 6 } = options
    const of = form === 6 ? Reserve6 : Reserve10
    await this.command({ name: of.name, cdb: of.encode({}) }, options)
    this.session.attentions.reserved(this.number, true)
  }

  /** Gives the reservation back, SPC-2. */
  async release(options: ReservationOptions = {}): Promise<void> {
    checkOptions('release', options, FORM_OPTIONS)
    const { form = 6 } = options
    const of = form === 6 ? Release6 : Release10
    await this.command({ name: of.name, cdb: of.encode({}) }, options)
    this.session.attentions.reserved(this.number, false)
  }

  /** All commands of the unit. */
  async supportedCommands(options: Patience & { readonly timeouts?: boolean } = {}): Promise<SupportedCommand[]> {
    checkOptions('supportedCommands', options, { timeouts: flag, ...PATIENCE })
    const { timeouts = false } = options
    return decodeAllCommands(
      await this.#supported({ reportingOptions: ReportingOptions.all, returnTimeouts: timeouts }, options),
    )
  }

  /** Whether the unit has one command, and which bits of its CDB it looks at. */
  async supportedCommand(opcode: number, serviceAction?: number, options: Patience = {}): Promise<OneCommand> {
    checkOptions('supportedCommand', options, PATIENCE)
    checkArgument('opcode', opcode, BYTE)
    if (serviceAction !== undefined) checkArgument('serviceAction', serviceAction, wholeNumber(0, 0xffff))
    const { byOpcode, byServiceAction } = ReportingOptions
    const reportingOptions = serviceAction === undefined ? byOpcode : byServiceAction
    const asked = { reportingOptions, requestedOpcode: opcode, requestedServiceAction: serviceAction ?? 0 }
    return decodeOneCommand(await this.#supported(asked, options))
  }

  async #supported(
    asked: Parameters<typeof ReportSupportedOperationCodes.encode>[0],
    options: Patience,
  ): Promise<Uint8Array> {
    const cdb = ReportSupportedOperationCodes.encode({ ...asked, allocationLength: ANSWER_BYTES })
    return (await this.command({ name: ReportSupportedOperationCodes.name, cdb, read: ANSWER_BYTES }, options)).data
  }

  async supportedTaskManagementFunctions(options: Patience = {}): Promise<SupportedFunction[]> {
    checkOptions('supportedTaskManagementFunctions', options, PATIENCE)
    const of = ReportSupportedTaskManagementFunctions
    const cdb = of.encode({ allocationLength: ONE_BYTE_LENGTH })
    return decodeSupportedFunctions((await this.command({ name: of.name, cdb, read: ONE_BYTE_LENGTH }, options)).data)
  }
}

/** Whether a command failed only because the unit had something to say first. */
export const isUnitAttention = (error: unknown): boolean =>
  error instanceof ScsiError && error.sense?.code.key === SenseKey.unitAttention
