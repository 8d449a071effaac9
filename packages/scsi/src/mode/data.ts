import { arrayOf, byteArray, checkArgument, dataView, flag, oneOf, type View } from '@lunkit/wire'
import { FIELDS } from '../domains.ts'
import { needBytes } from '../parameter-error.ts'
import { LongBlockDescriptor, MANY_BLOCKS, ModeHeader6, ModeHeader10, ShortBlockDescriptor } from './header.ts'
import { ModePageHeader, ModeSubpageHeader } from './page.ts'

/** Which of the two forms of a mode command is meant. */
export const ModeForm = { six: 6, ten: 10 } as const
export type ModeForm = (typeof ModeForm)[keyof typeof ModeForm]

/** The medium as a block descriptor says it. */
export interface BlockDescriptor {
  readonly blocks: number
  readonly blockSizeBytes: number
}

/** A mode page where it lies in a parameter list or in mode data. */
export interface ModePage {
  readonly page: number
  /** 0 for a page without a subpage code. */
  readonly subpage: number
  /** PS: the page can be saved; reserved in MODE SELECT. */
  readonly savable: boolean
  /** The whole page, its header included. */
  readonly bytes: Uint8Array
  /** Where it starts, in bytes from the start of the list. */
  readonly at: number
}

/** The parts of mode data before the pages. */
export interface ModeHeading {
  readonly writeProtected: boolean
  readonly dpoFua: boolean
  readonly blockDescriptor?: BlockDescriptor
  /** The block descriptor is of the long form; MODE SENSE (10) and MODE SELECT (10) only. */
  readonly longLba?: boolean
}

/** What mode data or a parameter list is made of. */
export interface ModeContents extends ModeHeading {
  /** Each page whole, its header included. */
  readonly pages: readonly Uint8Array[]
}

/** What is in mode data that came. */
export interface ModeData extends ModeHeading {
  readonly mediumType: number
  readonly pages: readonly ModePage[]
}

/** @internal */
export const FORM = oneOf([ModeForm.six, ModeForm.ten])
const PAGES = arrayOf(byteArray(), 'each of it a whole mode page as a Uint8Array')

/** Bytes of each form's header before what its MODE DATA LENGTH counts. */
const LENGTH_FIELD_BYTES = { 6: 1, 10: 2 } as const

/** The header of a form. */
export const modeHeader = (form: ModeForm): typeof ModeHeader6 | typeof ModeHeader10 =>
  form === ModeForm.six ? ModeHeader6 : ModeHeader10

function encodeBlockDescriptor(descriptor: BlockDescriptor, long: boolean): Uint8Array {
  checkArgument('the block descriptor', descriptor, FIELDS)
  const { blocks, blockSizeBytes } = descriptor
  checkArgument('blocks', blocks, LongBlockDescriptor.fields.blocks.domain)
  if (long) return LongBlockDescriptor.encode({ blocks, blockSizeBytes })
  return ShortBlockDescriptor.encode({ blocks: Math.min(blocks, MANY_BLOCKS), blockSizeBytes })
}

/**
 * Composes mode data as MODE SENSE returns it, or with `dataLength` false (where MODE DATA LENGTH is reserved) a
 * parameter list for MODE SELECT.
 * @throws {TypeError} or {RangeError} for what cannot be in it.
 */
export function encodeModeData(form: ModeForm, contents: ModeContents, dataLength = true): Uint8Array {
  checkArgument('encodeModeData: form', form, FORM)
  checkArgument('encodeModeData: contents', contents, FIELDS)
  checkArgument('encodeModeData: dataLength', dataLength, flag)
  checkArgument('the pages', contents.pages, PAGES)
  const { writeProtected, dpoFua, blockDescriptor, longLba = false, pages } = contents
  const descriptor = blockDescriptor !== undefined ? encodeBlockDescriptor(blockDescriptor, longLba) : new Uint8Array(0)
  const size = modeHeader(form).size + descriptor.length + pages.reduce((sum, page) => sum + page.length, 0)
  const values = {
    dataLength: dataLength ? size - LENGTH_FIELD_BYTES[form] : 0,
    writeProtected,
    dpoFua,
    blockDescriptorLength: descriptor.length,
  }
  const header = form === ModeForm.six ? ModeHeader6.encode(values) : ModeHeader10.encode({ ...values, longLba })
  return Buffer.concat([header, descriptor, ...pages], size)
}

/** The length in bytes of the page that starts at `at`, or undefined where its header is not whole. */
export function modePageLength(view: DataView, at: number): number | undefined {
  const left = view.byteLength - at
  if (left < ModePageHeader.size) return undefined
  const short = ModePageHeader.view(view, at)
  if (!short.subpageFormat) return ModePageHeader.size + short.length
  return left < ModeSubpageHeader.size ? undefined : ModeSubpageHeader.size + ModeSubpageHeader.view(view, at).length
}

/** The page of `length` bytes that starts at `at`. */
export function modePageAt(bytes: Uint8Array, at: number, length: number): ModePage {
  const view = dataView(bytes)
  const { savable, subpageFormat, page } = ModePageHeader.view(view, at)
  const subpage = subpageFormat ? ModeSubpageHeader.view(view, at).subpage : 0
  return { page, subpage, savable, bytes: bytes.subarray(at, at + length), at }
}

/** The block descriptor at the front of a descriptor area of `lengthBytes`, if one is whole there. */
function decodeBlockDescriptor(view: DataView, at: number, long: boolean): BlockDescriptor {
  const { blocks, blockSizeBytes } = (long ? LongBlockDescriptor : ShortBlockDescriptor).view(view, at)
  return { blocks, blockSizeBytes }
}

/** The size of a block descriptor of a form. */
export const blockDescriptorSize = (long: boolean): number => (long ? LongBlockDescriptor : ShortBlockDescriptor).size

/** What precedes the pages, of bytes that hold a whole header. */
export function decodeModeHeading(
  form: ModeForm,
  bytes: Uint8Array,
): ModeHeading & { longLba: boolean; mediumType: number; at: number } {
  const view = dataView(bytes)
  const header = modeHeader(form).view(view)
  const { writeProtected, dpoFua, mediumType, blockDescriptorLength } = header
  const longLba = form === ModeForm.ten && (header as View<typeof ModeHeader10.fields>).longLba
  const from = modeHeader(form).size
  const size = blockDescriptorSize(longLba)
  const whole = blockDescriptorLength >= size && from + size <= bytes.length
  return {
    writeProtected,
    dpoFua,
    longLba,
    mediumType,
    ...(whole && { blockDescriptor: decodeBlockDescriptor(view, from, longLba) }),
    at: from + blockDescriptorLength,
  }
}

/**
 * Reads what MODE SENSE returned; a page that was cut short by the allocation length is left out.
 * @throws {ParameterDataError} where the header is not whole.
 */
export function decodeModeData(form: ModeForm, bytes: Uint8Array): ModeData {
  checkArgument('decodeModeData: form', form, FORM)
  needBytes('mode data', bytes, modeHeader(form).size)
  const { at: first, ...heading } = decodeModeHeading(form, bytes)
  const { dataLength } = modeHeader(form).view(dataView(bytes))
  const said = bytes.subarray(0, dataLength + LENGTH_FIELD_BYTES[form])
  const pages: ModePage[] = []
  for (let at = first; at < said.length; ) {
    const length = modePageLength(dataView(said), at)
    if (length === undefined || at + length > said.length) break
    pages.push(modePageAt(said, at, length))
    at += length
  }
  return { ...heading, pages }
}
