/** A control character, but for a tab: what an initiator calls itself must not steer anybody's terminal. */
const CONTROL = /(?!\t)\p{Cc}/gu

/** A line as it can be shown: control characters as `\x1b`. */
export function printable(line: string): string {
  return line.replace(CONTROL, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
