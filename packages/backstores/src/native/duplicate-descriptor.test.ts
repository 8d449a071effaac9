import { closeSync, fstatSync, openSync } from 'node:fs'
import { expect, it } from 'vitest'
import { duplicateDescriptor } from './duplicate-descriptor.ts'

it('another descriptor of a file is of the same file, and closing it leaves the first alone', () => {
  const fd = openSync(import.meta.filename, 'r')
  const copy = duplicateDescriptor(fd) ?? 0
  expect(copy).toBeGreaterThan(2)
  expect(copy).not.toBe(fd)
  expect(fstatSync(copy).ino).toBe(fstatSync(fd).ino)
  closeSync(copy)
  expect(fstatSync(fd).isFile()).toBe(true)
  closeSync(fd)
})

it('there is none of what is not open', () => {
  expect(duplicateDescriptor(2 ** 31 - 1)).toBeUndefined()
})
