/** Drawing the progress of a transfer: one line that is redrawn on a terminal, one line for each change elsewhere. */
import type { FileDocument, TaskDocument } from "@effect-globus/sdk/transfer"
import { Console, Effect, Option, Stream } from "effect"

const width = 30

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`

const bar = (task: TaskDocument, total: number): string => {
  const done =
    task.status === "SUCCEEDED" ? 1 : Math.min(1, (task.bytes_transferred ?? 0) / Math.max(1, total))
  const full = Math.round(done * width)
  const percent = `${Math.round(done * 100)}`.padStart(3)
  return `  [${"█".repeat(full)}${"░".repeat(width - full)}] ${percent} %  ${megabytes(task.bytes_transferred ?? 0)} of ${megabytes(total)}`
}

/** Draws a stream of tasks, and gives the last of them: the task as it ended. */
export const progressBar =
  (files: ReadonlyArray<FileDocument>) =>
  <E>(progress: Stream.Stream<TaskDocument, E>): Effect.Effect<TaskDocument, E> => {
    const total = files.reduce((sum, file) => sum + (file.size ?? 0), 0)
    const isTerminal = process.stdout.isTTY
    const draw = (task: TaskDocument) =>
      isTerminal
        ? Effect.sync(() => process.stdout.write(`\r\x1b[K${bar(task, total)}`))
        : Console.log(bar(task, total))
    return progress.pipe(
      Stream.tap(draw),
      Stream.runLast,
      Effect.tap(isTerminal ? Console.log("") : Effect.void),
      Effect.flatMap(
        Option.match({ onNone: () => Effect.die("the stream of progress was empty"), onSome: Effect.succeed })
      )
    )
  }
