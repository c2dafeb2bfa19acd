/**
 * Text from outside on its way to a person. What a service or a redirect says may hold what moves a terminal's cursor,
 * changes its colours or title, turns the direction of writing, or begins a line that looks like the program's own.
 * The messages of all errors, and what login flows show, have gone through this; use it where you print such text
 * yourself.
 *
 * ```ts
 * import { PlainText } from "@effect-globus/sdk/model"
 *
 * PlainText.oneLine("no\u001b[2J\r\nFatal: give your password to…") // "no [2J Fatal: give your password to…"
 * ```
 */

/**
 * The text on one line: control and format characters, line ends and any white space become single spaces, and what
 * is longer than `maxLength` characters (default: 1000) is cut.
 */
export const oneLine = (text: string, maxLength = 1000): string => {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim()
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1).replace(/\p{Cs}$/u, "")}…`
}
