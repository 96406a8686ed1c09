import type {HostPath, LongLivedKind, RouteManner, RouteRequest} from '../lifecycle/ports.ts'
import {readDoor} from './doors/read-door.ts'
import {readInteger, readList, readRecord, readText, wrong} from './record.ts'

export const readRouteRequest = (value: unknown): RouteRequest => {
  const record = readRecord(value, 'route')
  const hosts = readList(record, 'hosts')
  return {
    project: readText(record, 'project'),
    environment: readText(record, 'environment'),
    app: readText(record, 'app'),
    hosts: hosts.map((host) => readText({host}, 'host')),
    routes: record['routes'] === undefined ? [] : readList(record, 'routes').map(readHostPath),
    port: record['port'] === undefined || record['port'] === null ? undefined : readInteger(record, 'port', 1, 65_535),
    ...(record['doors'] === undefined ? {} : {doors: readList(record, 'doors').map(readDoor)}),
    ...(record['login'] === undefined ? {} : {login: readLogin(record['login'])}),
    ...readManner(record),
  }
}

/** What can't be read must not leave the door open. */
const readLogin = (login: unknown): boolean => {
  if (typeof login !== 'boolean') throw wrong('login', login)
  return login
}

const readManner = ({reload, closes, together}: Record<string, unknown>): RouteManner => ({
  ...(reload === true ? {reload} : {}),
  ...(closes === undefined ? {} : {closes: readList({closes}, 'closes').map(readKind)}),
  ...(together === undefined ? {} : {together: readText({together}, 'together')}),
})

const readKind = (value: unknown): LongLivedKind => {
  if (value === 'websocket' || value === 'events') return value
  throw wrong('closes', value)
}

const readHostPath = (value: unknown): HostPath => {
  const record = readRecord(value, 'route')
  const path = readText(record, 'path')
  if (!/^\/(?:[^/?#\s]+(?:\/[^/?#\s]+)*)?$/.test(path)) throw wrong('path', path)
  return {host: readText(record, 'host'), path, strip: record['strip'] === true}
}
