import type {HarEntry, HarPair} from '../har.ts'
import {redactMultipart, redactQuery, redactUrl} from './form.ts'
import {type Found, isTelling} from './found.ts'
import {redactJson} from './json.ts'
import {redacted} from './marker.ts'
import {type IsSecret, secretHeadersToo} from './names.ts'
import {redactText} from './text.ts'

/** Takes out of an entry what is known to be secret by its place, its name or its form. */
export const redactEntry = (entry: HarEntry, isSecret: IsSecret, found: Found): HarEntry => {
  const {request, response} = entry
  const {postData} = request
  return {
    ...entry,
    request: {
      ...request,
      url: redactUrl(request.url, isSecret, found),
      cookies: redactCookies(request.cookies, found),
      headers: redactHeaders(request.headers, isSecret, found),
      queryString: request.queryString.map((pair) =>
        isSecret(pair.name, pair.value) ? {...pair, value: redacted} : pair,
      ),
      ...(postData === undefined ? {} : {postData: redactPosted(postData, isSecret, found)}),
    },
    response: {
      ...response,
      cookies: redactCookies(response.cookies, found),
      headers: redactHeaders(response.headers, isSecret, found),
      content: redactContent(response.content, isSecret, found),
      redirectURL: redactUrl(response.redirectURL, isSecret, found),
    },
  }
}

type PostData = NonNullable<HarEntry['request']['postData']>

const redactPosted = (posted: PostData, isSecret: IsSecret, found: Found): PostData => {
  const {text, mimeType, _encoding} = posted
  if (text === undefined) return posted
  // What came with a file can hold a password as well, beside bytes that are no text.
  if (_encoding === 'base64') {
    if (!/^multipart\//i.test(mimeType)) return posted
    const body = redactMultipart(Buffer.from(text, 'base64').toString('latin1'), mimeType, isSecret, found)
    return {...posted, text: Buffer.from(body, 'latin1').toString('base64')}
  }
  if (/^multipart\//i.test(mimeType))
    return {...posted, text: redactText(redactMultipart(text, mimeType, isSecret, found), isSecret, found)}
  if (/^application\/x-www-form-urlencoded/i.test(mimeType))
    return {...posted, text: redactQuery(text, isSecret, found)}
  return {...posted, text: redactJson(text, isSecret, found) ?? redactText(text, isSecret, found)}
}

type Content = HarEntry['response']['content']

const redactContent = (content: Content, isSecret: IsSecret, found: Found): Content => {
  const {text, encoding} = content
  if (text === undefined || encoding === 'base64') return content
  return {...content, text: redactJson(text, isSecret, found) ?? redactText(text, isSecret, found)}
}

const addresses = new Set(['location', 'content-location', 'referer', 'link', 'refresh', 'origin'])

const redactHeaders = <P extends HarPair>(headers: readonly P[], isSecret: IsSecret, found: Found): P[] => {
  const isSecretHeader = secretHeadersToo(isSecret)
  return headers.map((header) => {
    const name = header.name.toLowerCase()
    if (addresses.has(name)) return {...header, value: redactUrl(header.value, isSecret, found)}
    if (!isSecretHeader(name, header.value)) return header
    for (const part of partsOf(name, header.value)) if (isTelling(part)) found.add(part)
    return {...header, value: redacted}
  })
}

/** What of a header may be found elsewhere. */
const partsOf = (name: string, value: string): string[] => {
  if (name === 'cookie') return value.split(';').map((part) => part.slice(part.indexOf('=') + 1).trim())
  if (name === 'set-cookie') return [(value.split(';', 1)[0] ?? '').replace(/^[^=]*=/, '')]
  const [, scheme, credentials = value] = /^(\w+) +(\S+)$/.exec(value) ?? []
  if (scheme?.toLowerCase() !== 'basic') return [credentials]
  const decoded = Buffer.from(credentials, 'base64').toString()
  return [credentials, decoded, decoded.slice(decoded.indexOf(':') + 1)]
}

const redactCookies = <P extends HarPair>(cookies: readonly P[], found: Found): P[] =>
  cookies.map((cookie) => {
    if (isTelling(cookie.value)) found.add(cookie.value)
    return {...cookie, value: redacted}
  })
