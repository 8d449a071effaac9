import { expect, it } from 'vitest'
import { documents, readDocument } from './documents.ts'

it.each(documents)('$path is what the tables make of it; npm run documents makes it anew', ({ path, text }) => {
  expect(readDocument(path)).toBe(text())
})
