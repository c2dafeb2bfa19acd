/** Names in which `*`, `?` and `[…]` stand for others, unless a backslash says that they do not. */

const literal = (character: string): string => character.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Whether a name is one that the pattern means. */
export const matches = (
  pattern: string,
  name: string,
  options: { readonly ignoreCase?: boolean; readonly escapes?: boolean } = {}
): boolean => {
  const pieces = options.escapes === true ? /\\[\s\S]|\[!?[^\]]+\]|[\s\S]/g : /\[!?[^\]]+\]|[\s\S]/g
  const source = Array.from(pattern.matchAll(pieces), ([piece]) => {
    if (piece.length === 2 && piece.startsWith("\\")) return literal(piece.slice(1))
    if (piece === "*") return "[\\s\\S]*"
    if (piece === "?") return "[\\s\\S]"
    if (piece.length < 3 || !piece.startsWith("[")) return literal(piece)
    const inside = piece.slice(1, -1).replace(/[\\^\]]/g, "\\$&")
    return inside.startsWith("!") ? `[^${inside.slice(1)}]` : `[${inside}]`
  }).join("")
  try {
    return new RegExp(`^${source}$`, options.ignoreCase === true ? "i" : "").test(name)
  } catch {
    // A class such as `[z-a]` means nothing.
    return false
  }
}
