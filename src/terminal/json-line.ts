/** A line of JSON. Names are those of whoever made the image: a terminal obeys control characters that JSON leaves as they are. */
export const jsonLine = (value: object): string =>
  `${JSON.stringify(value).replaceAll(/[\x7f-\x9f]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`)}\n`
