/** Where lunkitd tells a person, or the program that started it, how it goes. */
export interface Terminal {
  /** A line on standard output. */
  out(line: string): void
  /** A line on standard error, for what ends before there is a log. */
  err(line: string): void
  /** Every portal is open, and standard output says so. */
  serving(): void
}
