/** Where the person at this program reads what it says. */
import * as Effect from "effect/Effect"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"

/**
 * Messages go to standard error, because standard output is for the program's results; but to standard output if that
 * is the one which a person sees.
 */
export const make = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  const sink = Effect.gen(function* () {
    const isSeen = yield* stdio.stderrIsTerminal
    return !isSeen && (yield* stdio.stdoutIsTerminal) ? stdio.stdout() : stdio.stderr()
  })
  return {
    /** Whether anybody can see what is said. */
    isSeen: Effect.zipWith(
      stdio.stderrIsTerminal,
      stdio.stdoutIsTerminal,
      (stderr, stdout) => stderr || stdout
    ),
    say: (text: string) => Effect.flatMap(sink, (sink) => Stream.run(Stream.make(text), sink))
  }
})
