const id =
  /^(?:\d+|[\da-f]{8}-[\da-f-]{27}|[\da-f]{12,}|(?=[^/]*\d)(?=[^/]*[A-Z_-]|[^/]*[a-z])[\w-]{20,}|[0-9A-HJKMNP-TV-Z]{26})$/i

/** `GET /users/{id}/posts` of a request: what is one place of the application, whatever it is asked for there. */
export const endpointOf = (method: string, path: string): string => {
  const [plain = ''] = path.split(/[?#]/, 1)
  return `${method} ${plain.split('/').map(named).join('/')}`
}

const named = (segment: string): string => (id.test(segment) ? '{id}' : segment)
