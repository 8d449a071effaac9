/** RFC 6750 2.1, whose scheme may be written in any case: RFC 9110 11.1. */
const BEARER = /^bearer +(?<token>[A-Za-z0-9._~+/-]+=*) *$/i
/** A hash of more would cost more. */
const MOST_CHARACTERS = 512

/** The token of an Authorization header; undefined: there is none. */
export function bearerOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || authorization.length > MOST_CHARACTERS) return undefined
  return BEARER.exec(authorization)?.groups?.['token']
}
