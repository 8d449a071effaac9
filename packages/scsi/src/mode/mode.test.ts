import { dataView } from '@lunkit/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ParameterDataError, ParameterListError } from '../parameter-error.ts'
import { Sense } from '../sense-code.ts'
import {
  Caching,
  Control,
  decodeModeData,
  decodeModeSelectList,
  encodeModeData,
  InformationalExceptionsControl,
  ModeForm,
  ReadWriteErrorRecovery,
} from './index.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const raw = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

/** Pages as a real LIO (Linux 6.1, write-back) answered. */
const LIO = {
  recovery: raw('010a 0000 00000000 00000000'),
  caching: raw('0812 0400 0000000000000000 20000000 00000000'),
  control: raw('0a0a 0210 0040 0000 ffff 001e'),
  exceptions: raw('1c0a 0000 00000000 00000000'),
}

const recovery = ReadWriteErrorRecovery.encode({ page: 0x01, length: 10 })
const caching = Caching.encode({ page: 0x08, length: 18, writeCacheEnabled: true, disableReadAhead: true })
const control = Control.encode({
  page: 0x0a,
  length: 10,
  globalLoggingTargetSaveDisable: true,
  queueAlgorithmModifier: 1,
  taskAbortedStatus: true,
  busyTimeoutPeriod: 0xffff,
  extendedSelfTestSeconds: 30,
})
const exceptions = InformationalExceptionsControl.encode({ page: 0x1c, length: 10 })

describe('a mode page', () => {
  it.each([
    ['Read-Write Error Recovery', recovery, LIO.recovery],
    ['Caching', caching, LIO.caching],
    ['Control', control, LIO.control],
    ['Informational Exceptions Control', exceptions, LIO.exceptions],
  ])('is composed to the bytes that a LIO sends: %s', (_name, page, bytes) => {
    expect(hex(page)).toBe(hex(bytes))
  })

  it('has SWP in bit 3 of byte 4 and D_SENSE in bit 2 of byte 2', () => {
    expect(hex(Control.encode({ softwareWriteProtect: true }))).toBe('000000000800000000000000')
    expect(hex(Control.encode({ descriptorSense: true }))).toBe('000004000000000000000000')
  })
})

const heading = { writeProtected: false, dpoFua: true, blockDescriptor: { blocks: 0x7ffff, blockSizeBytes: 512 } }
const pages = [recovery, caching, control, exceptions]

describe('mode data', () => {
  it('has the header and block descriptor that a LIO sends in MODE SENSE (10)', () => {
    const data = encodeModeData(ModeForm.ten, { ...heading, pages })
    expect(hex(data.subarray(0, 16))).toBe('00460010000000080007ffff00000200')
    expect(data).toHaveLength(0x48)
  })

  it('has the header and block descriptor that a LIO sends in MODE SENSE (6)', () => {
    const data = encodeModeData(ModeForm.six, { ...heading, pages })
    expect(hex(data.subarray(0, 12))).toBe('430010080007ffff00000200')
  })

  it('says FFFFFFFFh in a short block descriptor of more blocks than it can count', () => {
    const blockDescriptor = { blocks: 2 ** 33, blockSizeBytes: 4096 }
    expect(hex(encodeModeData(ModeForm.six, { ...heading, blockDescriptor, pages: [] }))).toBe(
      '0b001008ffffffff00001000',
    )
    expect(hex(encodeModeData(ModeForm.ten, { ...heading, blockDescriptor, longLba: true, pages: [] }))).toBe(
      '001600100100001000000002000000000000000000001000',
    )
  })

  it.each([ModeForm.six, ModeForm.ten])('of form %i is read back', form => {
    const contents = { ...heading, writeProtected: true, pages }
    const data = decodeModeData(form, encodeModeData(form, contents))
    expect(data).toMatchObject({ ...heading, writeProtected: true, mediumType: 0 })
    expect(data.pages.map(({ page, subpage, bytes }) => [page, subpage, hex(bytes)])).toEqual(
      [0x01, 0x08, 0x0a, 0x1c].map((page, i) => [page, 0, hex(pages[i] as Uint8Array)]),
    )
  })

  it('that was cut short is read up to its last whole page', () => {
    const whole = encodeModeData(ModeForm.six, { writeProtected: false, dpoFua: false, pages })
    expect(decodeModeData(ModeForm.six, whole.subarray(0, 4 + 12 + 19)).pages).toHaveLength(1)
    expect(() => decodeModeData(ModeForm.six, whole.subarray(0, 3))).toThrow(ParameterDataError)
  })

  it('may have pages with subpages', () => {
    const data = decodeModeData(ModeForm.six, raw('0b000000 4a010004 deadbeef'))
    expect(data.pages).toMatchObject([{ page: 0x0a, subpage: 1, at: 4 }])
  })
})

const refusalOf = (form: ModeForm, list: string): unknown => {
  try {
    return decodeModeSelectList(form, raw(list))
  } catch (error) {
    return error instanceof ParameterListError ? [error.code, error.pointer] : error
  }
}

const at = (byte: number, bit?: number) => ({ in: 'parameters', byte, ...(bit !== undefined && { bit }) })
const CONTROL_PAGE = '0a0a021000400000ffff001e'

describe('the parameter list of MODE SELECT', () => {
  it('is read with its pages and where they are', () => {
    const six = decodeModeSelectList(ModeForm.six, raw(`00000008 0008000000000200 ${CONTROL_PAGE}`))
    expect(six.blockDescriptor).toEqual({ blocks: 0x80000, blockSizeBytes: 512 })
    expect(six.pages).toMatchObject([{ page: 0x0a, subpage: 0, at: 12 }])
    const ten = decodeModeSelectList(ModeForm.ten, raw(`0000000000000000 ${CONTROL_PAGE} ${CONTROL_PAGE}`))
    expect(ten.pages.map(page => page.at)).toEqual([8, 20])
    expect(Control.view(dataView(ten.pages[0]?.bytes as Uint8Array)).busyTimeoutPeriod).toBe(0xffff)
  })

  it('takes back what MODE SENSE said of write protection and DPOFUA', () => {
    expect(decodeModeSelectList(ModeForm.six, raw(`00009000 ${CONTROL_PAGE}`)).pages).toHaveLength(1)
  })

  it.each([
    ['its header', ModeForm.six, '000000'],
    ['its header of 8 bytes', ModeForm.ten, '00000000000000'],
    ['its block descriptor', ModeForm.six, '00000008 00080000'],
    ['the header of a page', ModeForm.six, '00000000 0a'],
    ['a page', ModeForm.six, '00000000 0a0a0210'],
    ['the header of a page with a subpage', ModeForm.six, '00000000 4a01'],
  ])('is refused where it ends within %s', (_what, form, list) => {
    expect(refusalOf(form, list)).toEqual([Sense.parameterListLengthError, undefined])
  })

  it.each([
    ['a medium type', ModeForm.six, '00010000', at(1)],
    ['a medium type in the header of 8 bytes', ModeForm.ten, '0000010000000000', at(2)],
    ['half a block descriptor', ModeForm.six, '00000004 00000000', at(3)],
    ['a short block descriptor where LONGLBA says long', ModeForm.ten, '0000000001000008 0000000000000200', at(6)],
    ['PS', ModeForm.six, `00000000 8${CONTROL_PAGE.slice(1)}`, at(4, 7)],
  ])('is refused for %s, and says where', (_what, form, list, pointer) => {
    expect(refusalOf(form, list)).toEqual([Sense.invalidFieldInParameterList, pointer])
  })

  it('whatever its bytes is read whole, or refused by its own error', () => {
    const form = fc.constantFrom(ModeForm.six, ModeForm.ten)
    fc.assert(
      fc.property(form, fc.uint8Array({ maxLength: 80 }), (either, bytes) => {
        const got = refusalOf(either, hex(bytes))
        expect(got).not.toBeInstanceOf(Error)
      }),
    )
    fc.assert(
      fc.property(form, fc.uint8Array({ minLength: 8, maxLength: 80 }), (either, bytes) => {
        expect(decodeModeData(either, bytes).mediumType).toBeLessThan(256)
      }),
    )
  })
})
