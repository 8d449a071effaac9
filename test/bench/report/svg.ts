/** A coordinate of a drawing. */
export const fixed = (value: number): string => value.toFixed(1)

/** How text is set. */
export type TextStyle = { readonly anchor?: 'end' | 'middle'; readonly bold?: boolean }

/** Text at a place of a drawing. */
export function svgText(x: number, y: number, content: string, { anchor, bold }: TextStyle = {}): string {
  const style = `${anchor ? ` text-anchor="${anchor}"` : ''}${bold ? ' font-weight="600"' : ''}`
  return `<text x="${fixed(x)}" y="${y}"${style}>${escape(content)}</text>`
}

/** A drawing on white, of that size in pixels, with a title that is read aloud too. */
export function drawing({ title, widthPx, heightPx }: Frame, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widthPx} ${heightPx}" width="${widthPx}" height="${heightPx}" role="img" aria-label="${escape(title)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${widthPx}" height="${heightPx}" fill="#ffffff"/>`,
    svgText(16, 24, title, { bold: true }),
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

type Frame = { readonly title: string; readonly widthPx: number; readonly heightPx: number }

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
