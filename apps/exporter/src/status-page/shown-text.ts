/** Control characters, and those that turn the direction of a text: what an initiator calls itself must not look like something else. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
const MOST = 300

const named = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`

/** A text of somebody else as it can be shown: not endless, and nothing in it that is not seen. */
export function shownText(text: string): string {
  const cut = text.length <= MOST ? text : `${text.slice(0, MOST - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
  return cut.toWellFormed().replace(UNSEEN, named)
}
