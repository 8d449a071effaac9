import { checkArgument, text } from '@lunkit/wire'

/** RFC 8259 6. */
const NUMBER = text('a number of JSON', number => /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(number))

/**
 * A number whose text says more than a JavaScript number can hold (`12345678901234567890`) or says it differently
 * (`1.0`): kept as it was written, so that writing it again changes nothing.
 */
export class ExactNumber {
  readonly text: string

  /** @throws {TypeError} or {RangeError} for what is no number of JSON. */
  constructor(text: string) {
    checkArgument('ExactNumber: text', text, NUMBER)
    this.text = text
  }
}

/** What a JSON text can hold. Objects keep the order of their keys. */
export type Json = null | boolean | number | string | ExactNumber | readonly Json[] | JsonObject

/** A JSON object: any key, known here or not. */
export interface JsonObject {
  readonly [key: string]: Json
}

/** True for an object, not for null, a list or an {@link ExactNumber}. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
}
