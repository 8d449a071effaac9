import { checkArgument, dataView } from '@lunkit/wire'
import { BYTES } from '../domains.ts'
import { type FieldPointer, pointerTo } from '../field-pointer.ts'
import { ParameterListError } from '../parameter-error.ts'
import { Sense } from '../sense-code.ts'
import {
  blockDescriptorSize,
  decodeModeHeading,
  FORM,
  type ModeData,
  ModeForm,
  type ModePage,
  modeHeader,
  modePageAt,
  modePageLength,
} from './data.ts'
import { ModeHeader6, ModeHeader10 } from './header.ts'
import { ModePageHeader } from './page.ts'

/** The fields of each header that a parameter list can have wrong. */
const MEDIUM_TYPE = {
  [ModeForm.six]: pointerTo(ModeHeader6, 'mediumType'),
  [ModeForm.ten]: pointerTo(ModeHeader10, 'mediumType'),
} as const
const BLOCK_DESCRIPTOR_LENGTH = {
  [ModeForm.six]: pointerTo(ModeHeader6, 'blockDescriptorLength'),
  [ModeForm.ten]: pointerTo(ModeHeader10, 'blockDescriptorLength'),
} as const

const cutShort = (what: string): ParameterListError =>
  new ParameterListError(`the parameter list ends within ${what}`, Sense.parameterListLengthError)

const invalid = (message: string, pointer: FieldPointer): ParameterListError =>
  new ParameterListError(message, Sense.invalidFieldInParameterList, pointer)

/**
 * Reads the parameter list of MODE SELECT. Whether the unit has the pages, and takes their values, is not looked at.
 * @throws {ParameterListError} PARAMETER LIST LENGTH ERROR where the list ends within a header, a block descriptor or a
 * page; INVALID FIELD IN PARAMETER LIST for a medium type, for block descriptors other than one or none, and for PS.
 */
export function decodeModeSelectList(form: ModeForm, bytes: Uint8Array): ModeData {
  checkArgument('decodeModeSelectList: form', form, FORM)
  checkArgument('decodeModeSelectList: bytes', bytes, BYTES)
  if (bytes.length < modeHeader(form).size) throw cutShort('its header')
  const { at: first, ...heading } = decodeModeHeading(form, bytes)
  if (heading.mediumType !== 0)
    throw invalid(`medium type ${heading.mediumType} is none of a block device`, MEDIUM_TYPE[form])
  const descriptorsLength = first - modeHeader(form).size
  if (descriptorsLength !== 0 && descriptorsLength !== blockDescriptorSize(heading.longLba))
    throw invalid(`${descriptorsLength} bytes are not one block descriptor`, BLOCK_DESCRIPTOR_LENGTH[form])
  if (first > bytes.length) throw cutShort('its block descriptor')
  return { ...heading, pages: selectPages(bytes, first) }
}

function selectPages(bytes: Uint8Array, first: number): ModePage[] {
  const view = dataView(bytes)
  const pages: ModePage[] = []
  for (let at = first; at < bytes.length; ) {
    const length = modePageLength(view, at)
    if (length === undefined || at + length > bytes.length) throw cutShort(`the mode page at ${at}`)
    const page = modePageAt(bytes, at, length)
    if (page.savable) throw invalid('PS is reserved in MODE SELECT', pointerTo(ModePageHeader, 'savable', at))
    pages.push(page)
    at += length
  }
  return pages
}
