/** Names in which `*`, `?` and `[…]` stand for others. */

const literal = (character: string): string => character.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** Whether a name is one that the pattern means. */
export const matches = (
  pattern: string,
  name: string,
  options: { readonly ignoreCase?: boolean } = {}
): boolean => {
  const source = Array.from(pattern.matchAll(/\[!?[^\]]+\]|[\s\S]/g), ([piece]) => {
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
