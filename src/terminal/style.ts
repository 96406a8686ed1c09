import {styleText} from 'node:util'

export type Style = Parameters<typeof styleText>[0]

/** Colours for this stream: only where it is a terminal that shows them. NO_COLOR and FORCE_COLOR have the last word. */
export const painter =
  (stream: NodeJS.WritableStream) =>
  (style: Style, text: string): string =>
    styleText(style, text, {stream, validateStream: true})

export type Paint = ReturnType<typeof painter>
