import {type Package, sorted, unreadable} from '../package.ts'
import {rpmPackage} from './header.ts'
import {column} from './sqlite-record.ts'
import {rowsOf} from './sqlite-table.ts'

/** rpm's database as it is since 4.16: an SQLite file with the header of each package in a row. */
export const rpmPackages = (database: Buffer): Package[] => {
  const packages: Package[] = []
  for (const {record} of rowsOf(database, 'Packages')) {
    // The first column is the row's number.
    const header = column(record, 1)
    if (header === undefined) throw unreadable('an entry of rpm is empty')
    packages.push(rpmPackage(header))
  }
  return sorted(packages)
}
