/** What a cause is named by: unique among the findings of a report. */
export const keyOf = ({rule, subject}: {rule: string; subject: string}): string => `${rule}\n${subject}`
