/** What somebody has thrown, in words. */
export const whyOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))
