/** Text from outside, as a person may see it. */
import { PlainText } from "@effect-globus/sdk/model"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

describe("text on one line", () => {
  it.each([
    ["that is plain", "Not found: /~/data (42)", "Not found: /~/data (42)"],
    ["of any language", "Größe 大きさ 🙂", "Größe 大きさ 🙂"],
    ["that would clear the screen", "no\u001b[2J\u001b[Hyes", "no [2J [Hyes"],
    ["that would set the title", "\u001b]0;root@host\u0007no", "]0;root@host no"],
    ["with an 8-bit control sequence", "a\u009b31mb", "a 31mb"],
    ["that would overwrite its beginning", "harmless\rEVIL\b\b", "harmless EVIL"],
    ["that would begin other lines", "no\r\n\u2028$ rm\u0085-rf", "no $ rm -rf"],
    ["that would turn the direction", "a\u202egnp.exe\u2066", "a gnp.exe"],
    ["with half a character", "a\ud83db", "a b"]
  ])("%s", (_, text, expected) => {
    assert.strictEqual(PlainText.oneLine(text), expected)
  })

  it("is cut where it gets long, between characters", () => {
    assert.strictEqual(PlainText.oneLine("x".repeat(1001)), `${"x".repeat(999)}…`)
    assert.strictEqual(PlainText.oneLine("x".repeat(1000)), "x".repeat(1000))
    assert.strictEqual(PlainText.oneLine("ab🙂cd", 4), "ab…")
  })

  it.effect.prop("holds nothing else, and stays as it is", [Schema.String, Schema.Int], ([text, length]) =>
    Effect.sync(() => {
      const maxLength = 1 + (Math.abs(length) % 50)
      const line = PlainText.oneLine(text, maxLength)
      assert.isAtMost(line.length, maxLength)
      assert.notMatch(line, /\p{C}|[^\P{Z} ]|^ | $/u)
      assert.strictEqual(PlainText.oneLine(line, maxLength), line)
    })
  )
})
