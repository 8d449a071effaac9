import { checkArgument, object } from '@lunkit/wire'

const JSON_BYTES = object('bytes of JSON in UTF-8', json => json instanceof Uint8Array)

/**
 * An answer that is JSON already, because it was made on another thread or piece by piece: it is sent as it is. Who makes it answers for
 * it: nobody looks whether it is as the table says, or for secrets.
 */
export class MadeAnswer {
  /** In UTF-8. */
  readonly json: Uint8Array

  /** @throws {TypeError} or {RangeError} for what are no bytes. */
  constructor(json: Uint8Array) {
    checkArgument('MadeAnswer: json', json, JSON_BYTES)
    this.json = json
  }
}
